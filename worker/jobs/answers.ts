import * as v from "valibot";
import { customerIdSchema } from "../ids.ts";
import { jobSchema } from "./job.ts";

/** Why a single organization was not claimed. */
export const deferredReason = v.picklist([
  "linked",
  "leased",
  "backoff",
  "pace",
  "dead",
  "orphaned",
  "unknown_organization",
  "other_environment",
]);

/** Answer of `stripe_sync_claim`. */
export const claimAnswer = v.object({
  jobs: v.array(jobSchema),
  deferred: v.nullable(
    v.object({
      reason: deferredReason,
      retry_after_seconds: v.nullish(v.number()),
      customer_id: v.nullish(customerIdSchema),
      /** Of the database, where that is why. */
      environment: v.nullish(v.string()),
    }),
  ),
  more: v.boolean(),
  /** When the pace had nothing to give: in how many milliseconds it has. */
  wait_ms: v.nullish(v.number()),
});
export type ClaimAnswer = v.InferOutput<typeof claimAnswer>;

/**
 * Answer of `stripe_sync_renew`: the job of the next generation, or the lease is another's, or
 * the organization is gone.
 */
export const renewAnswer = v.union([
  v.object({ outcome: v.picklist(["lease_lost", "orphaned"]) }),
  jobSchema,
]);
export type RenewAnswer = v.InferOutput<typeof renewAnswer>;

/** Answer of `stripe_sync_complete`; `customer_id` is what the organization's row holds now. */
export const completeAnswer = v.object({
  outcome: v.picklist(["linked", "due", "duplicate", "lease_lost", "orphaned"]),
  customer_id: v.nullish(customerIdSchema),
});
export type CompleteAnswer = v.InferOutput<typeof completeAnswer>;

/** Answer of `stripe_sync_fail`. */
export const failAnswer = v.object({
  outcome: v.picklist(["due", "parked", "dead", "lease_lost"]),
  next_attempt_at: v.nullish(v.string()),
});
export type FailAnswer = v.InferOutput<typeof failAnswer>;

/** Answer of `stripe_sync_customer_event`. */
export const customerEventAnswer = v.object({
  outcome: v.picklist(["adopted", "linked", "duplicate", "deleted", "repair", "ignored"]),
  /** Whether jobs are due; absent where the installed functions are older. */
  backlog: v.nullish(v.boolean()),
});
export type CustomerEventAnswer = v.InferOutput<typeof customerEventAnswer>;

/** Why the operator is told of something. */
export const alertCause = v.picklist(["unlinked", "dead_jobs", "webhook_silent"]);
export type AlertCause = v.InferOutput<typeof alertCause>;

/** What is left to do, in numbers; counts end at 10,000, which then means as many or more. */
const backlogSchema = v.object({
  due: v.number(),
  leased: v.number(),
  parked: v.number(),
  dead: v.number(),
  /** Null when no organization waits for its first customer. */
  oldest_waiting_seconds: v.nullable(v.number()),
  /** Null when the webhook was never heard. */
  last_webhook_seconds: v.nullable(v.number()),
  /** Organizations that came lately while the webhook was silent. */
  unrung: v.number(),
});
export type Backlog = v.InferOutput<typeof backlogSchema>;

/**
 * Answer of `stripe_sync_due_alerts`: the causes whose threshold is passed, and those of them that
 * the caller has taken and is now to tell.
 */
export const dueAlertsAnswer = v.object({
  backlog: backlogSchema,
  passed: v.array(alertCause),
  due: v.array(alertCause),
  claim: v.nullable(v.pipe(v.string(), v.uuid())),
});
export type DueAlertsAnswer = v.InferOutput<typeof dueAlertsAnswer>;

/** Answer of `stripe_sync_alerted`: how many alerts were the caller's. */
export const alertedAnswer = v.number();

/** Answer of `stripe_sync_health`; passed on as it is. */
export const healthAnswer = v.record(v.string(), v.unknown());
export type HealthAnswer = v.InferOutput<typeof healthAnswer>;
