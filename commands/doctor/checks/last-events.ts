import * as v from "valibot";
import { ask, bearer } from "../ask.ts";
import { check } from "../check.ts";
import { doubtful, type Finding, fine, wrong } from "../finding.ts";
import { workerRepair } from "../worker-repair.ts";

const health = v.object({
  jobs: v.object({
    due: v.number(),
    leased: v.number(),
    linked: v.number(),
    parked: v.number(),
    dead: v.number(),
  }),
  oldest_unlinked_seconds: v.nullable(v.number()),
  organizations_without_job: v.number(),
  duplicates: v.number(),
  last_webhook_at: v.nullable(v.string()),
  last_cron_at: v.nullable(v.string()),
});
type Health = v.InferOutput<typeof health>;

/** The cron fires each minute, and a claim is noted at once. */
const LATE_PULL_SECONDS = 180;
const DEFAULT_UNLINKED_MINUTES = 5;

/** What the sync did last, and what is left for it to do. */
export const lastEvents = check({
  name: "Last events",
  needs: ["operatorToken"],
  look: async (settings, { stack, values, engine, worker }) => {
    if (worker === undefined) {
      return [
        doubtful("Not looked at: where the Worker answers is not set.", "See Settings, above."),
      ];
    }
    const { status, body } = await ask({
      whom: "the Worker",
      url: `${worker.url}/health`,
      headers: bearer(settings.operatorToken),
    });
    if (status === 503) {
      return [
        wrong(
          "The Worker cannot ask the database: its credential is refused, the sync schema is not installed, or the project does not run.",
          `See Supabase project, then: ${engine.command} up -s ${stack} --refresh`,
        ),
      ];
    }
    const { success, output } = v.safeParse(health, body);
    if (status !== 200 || !success) {
      return [doubtful(`Not looked at: GET /health answered ${status}.`, "See Worker, above.")];
    }
    const limit = 60 * Number(values.alertUnlinkedMinutes ?? DEFAULT_UNLINKED_MINUTES);
    const findings = [
      ...pulls(output, stack),
      ...deadJobs(output),
      ...backlog(output, limit),
      ...duplicates(output, stack),
    ];
    return findings.length > 0 ? findings : [fine(summary(output))];
  },
});

function pulls({ last_cron_at }: Health, stack: string): Finding[] {
  const seconds = secondsSince(last_cron_at);
  if (seconds !== undefined && seconds <= LATE_PULL_SECONDS) return [];
  return [
    wrong(
      last_cron_at === null
        ? "The Worker has never pulled due jobs: its cron trigger does not fire."
        : `The Worker pulled due jobs last ${age(seconds)} ago, though it should each minute: its cron trigger does not fire.`,
      workerRepair(stack),
    ),
  ];
}

function deadJobs({ jobs }: Health): Finding[] {
  if (jobs.dead === 0) return [];
  return [
    wrong(
      `${jobs.dead === 1 ? "1 job is" : `${jobs.dead} jobs are`} dead: Stripe refused the data, or the customer was deleted there.`,
      "Runbook: docs/runbooks/dead-jobs.md",
    ),
  ];
}

function backlog({ jobs, oldest_unlinked_seconds: oldest }: Health, limit: number): Finding[] {
  const open = jobs.due + jobs.leased + jobs.parked;
  if (open === 0 || oldest === null || oldest <= limit) return [];
  return [
    wrong(
      `${open === 1 ? "1 job is" : `${open} jobs are`} open, and the oldest organization has been without its customer for ${age(oldest)}.`,
      "Runbook: docs/runbooks/backlog.md",
    ),
  ];
}

function duplicates({ duplicates: count }: Health, stack: string): Finding[] {
  if (count === 0) return [];
  return [
    doubtful(
      `${count === 1 ? "1 customer is" : `${count} customers are`} known to be a duplicate in Stripe.`,
      `npm run audit -- --stack ${stack}`,
    ),
  ];
}

function summary({ jobs, last_webhook_at, last_cron_at }: Health): string {
  const webhook =
    last_webhook_at === null
      ? "the webhook has not rung yet"
      : `the webhook rang ${age(secondsSince(last_webhook_at))} ago`;
  return `The last pull was ${age(secondsSince(last_cron_at))} ago, ${webhook}; ${jobs.linked} linked, ${jobs.due + jobs.leased + jobs.parked} open, none dead.`;
}

function secondsSince(at: string | null): number | undefined {
  return at === null ? undefined : Math.max(0, (Date.now() - Date.parse(at)) / 1_000);
}

/** As people say it: 40 s, 12 min, 3 h, 2 days. */
function age(seconds: number | undefined): string {
  if (seconds === undefined) return "a long time";
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}
