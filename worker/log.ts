import type { CustomerId, OrganizationId } from "./ids.ts";
import type { AlertCause, Backlog } from "./jobs/answers.ts";
import type { CustomerEventKind } from "./jobs/jobs.ts";
import type { JobsError } from "./jobs/jobs-error.ts";
import type { SettingsProblem } from "./settings/settings-error.ts";
import type { SyncFailure } from "./sync/sync-failure.ts";

/**
 * Everything that the Worker can say: one function a line, each line one JSON object. Ids, codes
 * and our own messages only; never a name, an e-mail address, a secret or a request's body.
 */
export const log = {
  /** An organization has its customer, or its customer has the organization's present data. */
  linked: (line: {
    organization_id: OrganizationId;
    customer_id: CustomerId;
    action: string;
    attempt: number;
    ms: number;
  }) => write("info", "linked", line),

  /** Nothing was attempted, and why. */
  deferred: (line: { organization_id: OrganizationId; reason: string }) =>
    write("info", "deferred", line),

  /** An attempt failed; the job's next state says when and whether it goes on. */
  failed: (
    failure: SyncFailure,
    line: { organization_id: OrganizationId; action: string; attempt: number; state: string },
  ) =>
    write(failure.class === "retry" ? "warn" : "error", "failed", {
      ...line,
      class: failure.class,
      code: failure.code,
      message: failure.message,
    }),

  /** A call of the database failed while a job was leased; the lease's end brings it back. */
  reportFailed: (
    error: JobsError,
    line: { organization_id: OrganizationId; customer_id?: CustomerId },
  ) => write("error", "report_failed", { ...line, ...jobsError(error) }),

  /** Another Worker took the job over after the lease had ended, or the organization is gone. */
  jobGone: (line: { organization_id: OrganizationId; reason: string }) =>
    write("warn", "job_gone", line),

  /** An organization has more than one customer; only `kept` is linked. */
  duplicates: (line: {
    organization_id: OrganizationId;
    kept: CustomerId | undefined;
    duplicates: readonly CustomerId[];
  }) => write("error", "duplicate_customers", line),

  /** The organization was deleted while its customer was being made. */
  orphaned: (line: { organization_id: OrganizationId; customer_id: CustomerId }) =>
    write("warn", "orphaned_customer", line),

  /**
   * A pull of due jobs ended; `stopped` says why. One line a pull; that of the cron's has what is
   * left to do, and which thresholds it passes.
   */
  pulled: (line: {
    source: string;
    linked: number;
    deferred: number;
    stopped: string;
    subrequests_left: number;
    ms: number;
    backlog?: Backlog;
    passed?: readonly AlertCause[];
  }) => write(line.passed?.length ? "warn" : "info", "pulled", line),

  /** What is left to do could not be seen after a pull. */
  watchFailed: (error: JobsError) => write("error", "watch_failed", jobsError(error)),

  /** The operator was told at the alert URL. */
  alerted: (line: { causes: readonly AlertCause[] }) => write("info", "alerted", line),

  /** The alert URL did not take it; the next pull tries again. */
  alertFailed: (line: { causes: readonly AlertCause[]; reason: string }) =>
    write("error", "alert_failed", line),

  /** An event of Stripe was worked on. */
  stripeEvent: (line: {
    event_id: string;
    customer_id: CustomerId;
    kind: CustomerEventKind;
    outcome: string;
  }) => write("info", "stripe_event", line),

  /** An event of Stripe changes nothing, and why. */
  stripeEventIgnored: (line: { event_id: string; type: string; reason: string }) =>
    write("info", "stripe_event_ignored", line),

  /** A request was refused. */
  refused: (line: { method: string; route: string; status: number; code: string }) =>
    write("warn", "refused", line),

  /** The database could not be asked. */
  databaseFailed: (error: JobsError) => write("error", "database_failed", jobsError(error)),

  /** The Worker was deployed with missing or wrong bindings. */
  misconfigured: (problems: readonly SettingsProblem[]) =>
    write("error", "misconfigured", { problems }),

  /** A bug: its kind and where it stands. The message stays out, for it may quote data. */
  crashed: (error: unknown) =>
    write("error", "crashed", {
      name: error instanceof Error ? error.name : typeof error,
      at: framesOf(error),
    }),
};

type Level = "info" | "warn" | "error";

function write(level: Level, event: string, line: object): void {
  console[level](JSON.stringify({ level, event, ...line }));
}

function jobsError({ kind, function: name, status, code, message }: JobsError): object {
  return { kind, function: name, status, code, message };
}

function framesOf(error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  return stack
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line.startsWith("at "))
    .slice(0, 8);
}
