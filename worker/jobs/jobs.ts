import type { CustomerId, Lease, OrganizationId } from "../ids.ts";
import { LEASE_SECONDS } from "../limits.ts";
import type { AlertThresholds } from "../settings/settings.ts";
import type { SyncFailure } from "../sync/sync-failure.ts";
import {
  alertedAnswer,
  type ClaimAnswer,
  type CompleteAnswer,
  type CustomerEventAnswer,
  claimAnswer,
  completeAnswer,
  customerEventAnswer,
  type DueAlertsAnswer,
  dueAlertsAnswer,
  type FailAnswer,
  failAnswer,
  type HealthAnswer,
  healthAnswer,
  type RenewAnswer,
  renewAnswer,
} from "./answers.ts";
import type { CallFunction } from "./call-function.ts";
import type { Job } from "./job.ts";
import { JobsError } from "./jobs-error.ts";

/** Who asked for a claim; the database keeps when each was last seen. */
export type ClaimSource = "webhook" | "cron";

/** What happened to a customer in Stripe. */
export type CustomerEventKind = "created" | "updated" | "deleted";

/** The job functions of the database. Every one of them throws JobsError when its call fails. */
export interface Jobs {
  /** The job of one organization, or the reason why there is none to do now. */
  claimOne(organization: OrganizationId, source: ClaimSource): Promise<ClaimAnswer>;
  /** Up to `howMany` due jobs; `more` when others are left, for the pace or the number. */
  claimDue(howMany: number, source: ClaimSource): Promise<ClaimAnswer>;
  /** The next generation of a job whose look-up found nothing: another key, a fresh body. */
  renew(job: Job): Promise<RenewAnswer>;
  /** Writes the customer's id back, unless the row has one. */
  complete(job: Job, customer: CustomerId): Promise<CompleteAnswer>;
  fail(job: Job, failure: SyncFailure): Promise<FailAnswer>;
  customerEvent(
    customer: CustomerId,
    kind: CustomerEventKind,
    organization: OrganizationId | undefined,
  ): Promise<CustomerEventAnswer>;
  health(): Promise<HealthAnswer>;
  /** The backlog and what it alerts of; `take` makes the caller the one who is to tell it. */
  dueAlerts(thresholds: AlertThresholds, take: boolean): Promise<DueAlertsAnswer>;
  /** What was taken has been told, or could not be and is due again. */
  alerted(claim: string, told: boolean): Promise<number>;
}

/**
 * The job functions, called through the project's REST interface.
 *
 * @param environment the Worker's; a database of another one hands out no job
 */
export function createJobs(call: CallFunction, environment: string): Jobs {
  const claim = async (
    args: { organization: OrganizationId | null; how_many: number },
    source: ClaimSource,
  ): Promise<ClaimAnswer> => {
    const name = "stripe_sync_claim";
    const claimed = { ...args, lease_seconds: LEASE_SECONDS, source, environment };
    const answer = await call(name, claimed, claimAnswer);
    if (answer.deferred?.reason === "other_environment") {
      const what = `this Worker is of environment "${environment}", but its database belongs to "${answer.deferred.environment}"`;
      throw new JobsError("refused", name, { code: "other_environment", what });
    }
    return answer;
  };
  const lease = (job: { organization_id: OrganizationId; lease: Lease }) => ({
    organization: job.organization_id,
    lease: job.lease,
  });
  return {
    claimOne: (organization, source) => claim({ organization, how_many: 1 }, source),
    claimDue: (howMany, source) => claim({ organization: null, how_many: howMany }, source),
    renew: (job) => call("stripe_sync_renew", lease(job), renewAnswer),
    complete: (job, customer) =>
      call(
        "stripe_sync_complete",
        { ...lease(job), customer, revision: job.revision },
        completeAnswer,
      ),
    fail: (job, failure) =>
      call(
        "stripe_sync_fail",
        {
          ...lease(job),
          class: failure.class,
          error: { code: failure.code, message: failure.message },
          retry_after_seconds: failure.retryAfterSeconds ?? null,
        },
        failAnswer,
      ),
    customerEvent: (customer, kind, organization) =>
      call(
        "stripe_sync_customer_event",
        { customer, kind, organization: organization ?? null },
        customerEventAnswer,
      ),
    health: () => call("stripe_sync_health", {}, healthAnswer),
    dueAlerts: (thresholds, take) =>
      call(
        "stripe_sync_due_alerts",
        {
          unlinked_seconds: thresholds.unlinkedSeconds,
          dead_jobs: thresholds.deadJobs,
          silent_seconds: thresholds.silentSeconds,
          take,
        },
        dueAlertsAnswer,
      ),
    alerted: (claim, told) => call("stripe_sync_alerted", { claim, told }, alertedAnswer),
  };
}
