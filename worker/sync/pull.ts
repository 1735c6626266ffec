import type { ClaimSource } from "../jobs/jobs.ts";
import {
  CONCURRENT_JOBS,
  LONGEST_PACE_WAIT_MS,
  PACE_WAIT_MS,
  SUBREQUESTS_A_JOB,
} from "../limits.ts";
import type { Services } from "../services.ts";
import type { Outcome } from "./outcome.ts";
import { synchronize } from "./synchronize.ts";

/** Why a pull ended; only `idle` means that nothing was left to do. */
export type PullStop = "idle" | "time" | "subrequests" | "stripe";

/** What a pull did. */
export interface PullReport {
  readonly source: ClaimSource;
  readonly linked: number;
  readonly deferred: number;
  readonly stopped: PullStop;
  readonly subrequests_left: number;
  readonly ms: number;
}

/**
 * Works on due jobs, a few at a time, while there are any and the limits of the invocation allow
 * another round. Each round claims only what is begun at once, so that no lease runs while its
 * job waits.
 *
 * @param milliseconds begins no round after that time
 * @throws JobsError when jobs cannot be claimed
 */
export async function pull(
  services: Services,
  source: ClaimSource,
  milliseconds: number,
): Promise<PullReport> {
  const started = Date.now();
  const report = { linked: 0, deferred: 0 };
  for (;;) {
    const limit = limitReached(services, Date.now() - started, milliseconds);
    if (limit !== undefined) return end(limit);
    const { jobs, more, wait_ms } = await services.jobs.claimDue(CONCURRENT_JOBS, source);
    const outcomes = await Promise.all(jobs.map((job) => synchronize(job, services)));
    for (const { status } of outcomes) report[status] += 1;
    if (concernsEveryJob(outcomes)) return end("stripe");
    if (!more) return end("idle");
    if (jobs.length === 0) await wait(wait_ms ?? PACE_WAIT_MS);
  }

  function end(stopped: PullStop): PullReport {
    const ms = Date.now() - started;
    return { source, ...report, stopped, subrequests_left: services.subrequests.left(), ms };
  }
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, Math.min(milliseconds, LONGEST_PACE_WAIT_MS));
  });
}

function limitReached(
  { subrequests }: Services,
  elapsed: number,
  milliseconds: number,
): PullStop | undefined {
  if (elapsed >= milliseconds) return "time";
  const round = 1 + CONCURRENT_JOBS * SUBREQUESTS_A_JOB;
  return subrequests.left() < round ? "subrequests" : undefined;
}

/**
 * A wrong key, a refusal for the rate, or a round without any answer will meet the next jobs too;
 * to go on would only push every job of a backlog into its long waits.
 */
function concernsEveryJob(outcomes: readonly Outcome[]): boolean {
  const failures = outcomes.map((outcome) =>
    outcome.status === "deferred" ? outcome.failure : undefined,
  );
  return (
    failures.some((failure) => failure?.class === "configuration") ||
    failures.some((failure) => failure?.code === "rate_limited") ||
    (failures.length > 0 && failures.every((failure) => failure?.class === "retry"))
  );
}
