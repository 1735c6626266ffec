import type { ReconcileJob } from "../jobs/job.ts";
import { log } from "../log.ts";
import type { Services } from "../services.ts";
import { type Existing, findExisting } from "./find-existing.ts";
import { JobGone } from "./job-gone.ts";
import { SyncFailure } from "./sync-failure.ts";
import type { Settled } from "./synchronize.ts";

/**
 * Finds the customer that an earlier attempt may have made; only when Stripe surely has none does
 * a new generation, with a key of its own, make one.
 */
export async function reconcile(job: ReconcileJob, services: Services): Promise<Settled> {
  const existing = await lookUp(job, services);
  if (existing === undefined) return createNextGeneration(job, services);
  if (existing.duplicates.length > 0) {
    log.duplicates({ organization_id: job.organization_id, ...existing });
  }
  return { job, customer: existing.kept };
}

/** A look-up that failed leaves the question open: the job stays one to reconcile. */
async function lookUp(job: ReconcileJob, services: Services): Promise<Existing | undefined> {
  try {
    return await findExisting(job, services.customers);
  } catch (failure) {
    if (!(failure instanceof SyncFailure) || failure.class === "configuration") throw failure;
    throw new SyncFailure("ambiguous", failure.code, failure.message, { cause: failure });
  }
}

async function createNextGeneration(job: ReconcileJob, services: Services): Promise<Settled> {
  const renewed = await services.jobs.renew(job);
  if ("outcome" in renewed) throw new JobGone(renewed.outcome);
  return { job: renewed, customer: (await services.customers.create(renewed)).id };
}
