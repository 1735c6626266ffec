import type { AlertCause, Backlog } from "../jobs/answers.ts";

/** What is to be told. */
export interface Alert {
  readonly environment: string;
  readonly causes: readonly AlertCause[];
  readonly backlog: Backlog;
}

/**
 * The body of the post: `text` for chat receivers, which read only that, and the same in fields
 * for programs. Numbers and names of causes, no personal data. `dedup_key` is the same as long as
 * a cause lasts, so that a receiver can hold repeated alerts together.
 */
export function alertBody({ environment, causes, backlog }: Alert): object {
  const alerts = causes.map((cause) => ({
    cause,
    dedup_key: `stripe-customer-sync:${environment}:${cause}`,
    summary: summaries[cause](backlog),
    runbook: runbooks[cause],
  }));
  const lines = alerts.map(({ summary, runbook }) => `- ${summary} Runbook: ${runbook}`);
  return {
    text: [
      `stripe-customer-sync, ${environment}:`,
      ...lines,
      `What is wrong: npm run doctor -- --stack ${environment}`,
    ].join("\n"),
    source: "stripe-customer-sync",
    environment,
    alerts,
    backlog,
  };
}

const summaries: Readonly<Record<AlertCause, (backlog: Backlog) => string>> = {
  unlinked: ({ oldest_waiting_seconds, due, leased, parked }) =>
    `An organization has waited for its Stripe customer for ${minutes(oldest_waiting_seconds)}; ${count(due + leased + parked, "open job")}, ${parked} parked.`,
  dead_jobs: ({ dead }) =>
    `${count(dead, "job")} dead: Stripe refused the data or the customer was deleted there, and nothing more happens by itself.`,
  webhook_silent: ({ last_webhook_seconds, unrung }) =>
    last_webhook_seconds === null
      ? `The webhook has never rung, though ${count(unrung, "organization")} came lately.`
      : `The webhook has been silent for ${minutes(last_webhook_seconds)}, though ${count(unrung, "organization")} came lately.`,
};

/** Paths in the repository. */
export const runbooks: Readonly<Record<AlertCause, string>> = {
  unlinked: "docs/runbooks/backlog.md",
  dead_jobs: "docs/runbooks/dead-jobs.md",
  webhook_silent: "docs/runbooks/webhook-silent.md",
};

function minutes(seconds: number | null): string {
  return count(Math.floor((seconds ?? 0) / 60), "minute");
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
