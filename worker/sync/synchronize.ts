import type { CustomerId } from "../ids.ts";
import type { Job } from "../jobs/job.ts";
import { JobsError } from "../jobs/jobs-error.ts";
import { log } from "../log.ts";
import type { Services } from "../services.ts";
import { classifyFailure } from "../stripe/classify-failure.ts";
import { JobGone } from "./job-gone.ts";
import type { Outcome } from "./outcome.ts";
import { reconcile } from "./reconcile.ts";
import { SyncFailure } from "./sync-failure.ts";

/**
 * Works on one claimed job to its end: asks Stripe for the customer, writes its id back, or
 * reports why not. Never throws. When the database cannot be told, the lease stays and ends by
 * itself, and the next claim repeats the same request under the same key: Stripe then answers
 * with the same customer.
 */
export async function synchronize(job: Job, services: Services): Promise<Outcome> {
  const started = Date.now();
  let settled: Settled | undefined;
  try {
    settled = await customerOf(job, services);
    return await writeBack(settled, services, started);
  } catch (error) {
    if (error instanceof JobGone) return jobGone(job, error.reason);
    if (error instanceof JobsError) return reportFailed(error, job, settled?.customer);
    if (!(error instanceof SyncFailure)) log.crashed(error);
    return await report(classifyFailure(error), job, services);
  }
}

/** A job with its customer. A reconcile may have moved the job to its next generation. */
export interface Settled {
  readonly job: Job;
  readonly customer: CustomerId;
}

async function customerOf(job: Job, services: Services): Promise<Settled> {
  switch (job.action) {
    case "create":
      return { job, customer: (await services.customers.create(job)).id };
    case "reconcile":
      return reconcile(job, services);
    case "update":
      return { job, customer: (await services.customers.update(job)).id };
  }
}

async function writeBack(
  { job, customer }: Settled,
  { jobs }: Services,
  started: number,
): Promise<Outcome> {
  const { organization_id: organization, action, attempt } = job;
  const { outcome, customer_id: inRow } = await jobs.complete(job, customer);
  switch (outcome) {
    case "linked":
    case "due": // linked, and the row has changed again since the claim
      log.linked({
        organization_id: organization,
        customer_id: customer,
        action,
        attempt,
        ms: Date.now() - started,
      });
      return { status: "linked", organization, customer };
    case "duplicate":
      log.duplicates({
        organization_id: organization,
        kept: inRow ?? undefined,
        duplicates: [customer],
      });
      return inRow == null
        ? { status: "deferred", organization, reason: outcome }
        : { status: "linked", organization, customer: inRow };
    case "orphaned":
      log.orphaned({ organization_id: organization, customer_id: customer });
      return { status: "deferred", organization, reason: outcome };
    case "lease_lost":
      return inRow === customer
        ? { status: "linked", organization, customer }
        : jobGone(job, outcome);
  }
}

async function report(failure: SyncFailure, job: Job, { jobs }: Services): Promise<Outcome> {
  const { organization_id, action, attempt } = job;
  try {
    const { outcome: state } = await jobs.fail(job, failure);
    log.failed(failure, { organization_id, action, attempt, state });
  } catch (error) {
    log.failed(failure, { organization_id, action, attempt, state: "leased" });
    if (error instanceof JobsError) log.reportFailed(error, { organization_id });
    else log.crashed(error);
  }
  return { status: "deferred", organization: organization_id, reason: failure.code, failure };
}

function reportFailed(error: JobsError, job: Job, customer: CustomerId | undefined): Outcome {
  const { organization_id } = job;
  log.reportFailed(error, { organization_id, ...(customer && { customer_id: customer }) });
  return { status: "deferred", organization: organization_id, reason: "database_unavailable" };
}

function jobGone({ organization_id }: Job, reason: JobGone["reason"]): Outcome {
  log.jobGone({ organization_id, reason });
  return { status: "deferred", organization: organization_id, reason };
}
