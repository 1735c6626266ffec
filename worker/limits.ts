/**
 * Every limit of the Worker, with its unit in its name. Each outgoing call has a time limit, and
 * the lease of a job is longer than the longest path through them, so that no second Worker takes
 * up a job that a first one is still working on.
 */

/** One call of Stripe. Stripe's own limit for answering is longer; a late answer is retried. */
export const STRIPE_CALL_MS = 10_000;

/** One call of the project's REST interface. */
export const REST_CALL_MS = 5_000;

/**
 * All look-ups of a reconcile together (search, list, confirmation); begins no call after that.
 * Enough for a list of about ten thousand customers.
 */
export const LOOK_UP_MS = 40_000;

/**
 * How long a claimed job belongs to one Worker. The longest path is a reconcile that finds
 * nothing: the claim's answer, the look-up with its last call, renew, create with its
 * confirmation, write-back.
 */
export const LEASE_SECONDS = 120;

/** The longest path through the limits above; `LEASE_SECONDS` must be longer. */
export const LONGEST_JOB_MS = LOOK_UP_MS + 3 * STRIPE_CALL_MS + 3 * REST_CALL_MS;

/** A sign-up's event is under 1 KB and a Stripe event under 64 KB; more is no event. */
export const BODY_LIMIT_BYTES = 256 * 1024;

/** Age at which a signed Stripe event is a replay: Stripe's own recommendation. */
export const SIGNATURE_TOLERANCE_SECONDS = 300;

/**
 * Jobs that a pull works on at the same time. Each uses one connection at a time, and an
 * invocation has six (https://developers.cloudflare.com/workers/platform/limits/); two are left
 * for calls that were given up and not yet closed.
 */
export const CONCURRENT_JOBS = 4;

/** Subrequests of an invocation on the free plan: the default of binding SUBREQUEST_LIMIT. */
export const FREE_SUBREQUESTS = 50;

/** What a job costs in subrequests: the Stripe call, a confirmation, the report. */
export const SUBREQUESTS_A_JOB = 3;

/** Kept back from Stripe calls, so that each job at work can still report its failure. */
export const SUBREQUESTS_KEPT_FOR_REPORTS = 2 * CONCURRENT_JOBS;

/**
 * How long a pull goes on while jobs are due. Longer than the minute between two pulls, so that
 * pulls of a backlog overlap and add up to the pace; shorter than the platform's 15 minutes.
 */
export const PULL_MS = 5 * 60_000;

/**
 * How long an invocation may go on: a pull that begins its last round at its end. Whoever
 * withdraws a key waits for so long, because an invocation ends with the key that it began with.
 */
export const LONGEST_INVOCATION_MS = PULL_MS + REST_CALL_MS + LONGEST_JOB_MS;

/**
 * The same for a pull after a webhook's answer: the platform gives work after an answer 30 s
 * (https://developers.cloudflare.com/workers/runtime-apis/context/#waituntil), and the last round
 * needs its time.
 */
export const BACKGROUND_PULL_MS = 15_000;

/**
 * After that time the next pull behind an answer may begin beside the one that is still at work,
 * so that the next is there before the last has ended, and two ask for what the pace gives.
 */
export const BACKGROUND_HANDOVER_MS = 7_500;

/** Wait of a pull when due jobs are left and the database does not say when to ask again. */
export const PACE_WAIT_MS = 250;

/** The longest wait that the database may ask of a pull. */
export const LONGEST_PACE_WAIT_MS = 1_000;

/** The post to the alert URL: it comes after the work, and must not outlast its minute. */
export const ALERT_MS = 5_000;

/** What a look at the backlog costs in subrequests, with an alert: the look, the post, the report. */
export const SUBREQUESTS_TO_WATCH = 3;

/** When the operator is told, where the stack says nothing: the defaults of the bindings ALERT_…. */
export const ALERT_UNLINKED_SECONDS = 5 * 60;
export const ALERT_DEAD_JOBS = 1;
export const ALERT_SILENT_SECONDS = 60 * 60;

/** Stripe's largest page (https://docs.stripe.com/api/pagination). */
export const STRIPE_PAGE = 100;

/** Added on both sides of a reconcile's time window, because clocks differ. */
export const WINDOW_MARGIN_SECONDS = 300;
