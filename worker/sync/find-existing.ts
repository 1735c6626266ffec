import type { CustomerId } from "../ids.ts";
import type { ReconcileJob } from "../jobs/job.ts";
import { LOOK_UP_MS, WINDOW_MARGIN_SECONDS } from "../limits.ts";
import type { Customers, TimeWindow } from "../stripe/customers.ts";
import type { StripeCustomer } from "../stripe/read-customer.ts";
import { SyncFailure } from "./sync-failure.ts";

/** The customer that an earlier attempt made, and the others that should not be there. */
export interface Existing {
  readonly kept: CustomerId;
  readonly duplicates: readonly CustomerId[];
}

/**
 * Looks in Stripe for an organization's customer: by search, which finds any age but may be
 * behind, and by a consistent list: over the time of all attempts or, for an organization that may
 * be older than the sync and was not attempted yet, of its e-mail address. Undefined means that
 * both looked and found none; every failure is thrown, because an error is not "none".
 *
 * @throws SyncFailure
 */
export async function findExisting(
  job: ReconcileJob,
  customers: Customers,
): Promise<Existing | undefined> {
  const proceed = timeLimit(LOOK_UP_MS);
  // Two databases may hold the same organizations and share an account: what an earlier attempt
  // made carries what its request said.
  const { environment } = job.request.metadata;
  const searched = await customers.search(job.organization_id);
  const listed = await list(job, customers, proceed);
  const ours = [...searched, ...listed].filter(
    ({ metadata }) =>
      metadata.organization_id === job.organization_id &&
      (metadata.environment === undefined || metadata.environment === environment),
  );
  return oldestThatExists(ours, customers, proceed);
}

/**
 * What search may not show yet. Before the first attempt that can only be the work of another
 * tool, at any time, and a list over hours for each organization of an import would be far more
 * than Stripe lets anybody read; whoever made a customer for the organization gave it its address.
 */
async function list(
  job: ReconcileJob,
  customers: Customers,
  proceed: () => void,
): Promise<StripeCustomer[]> {
  const window = windowOfAttempts(job);
  if (window !== undefined) return customers.createdIn(window, proceed);
  const { email } = job.request;
  return email == null ? [] : customers.withEmail(email, proceed);
}

/** Search may still show a deleted customer, so the choice is confirmed. */
async function oldestThatExists(
  candidates: readonly StripeCustomer[],
  customers: Customers,
  proceed: () => void,
): Promise<Existing | undefined> {
  const distinct = [...new Map(candidates.map((customer) => [customer.id, customer])).values()];
  const oldestFirst = distinct.sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1));
  for (const [index, { id }] of oldestFirst.entries()) {
    proceed();
    if (await customers.exists(id)) {
      return { kept: id, duplicates: oldestFirst.slice(index + 1).map((other) => other.id) };
    }
  }
  return undefined;
}

/**
 * From the first attempt until now: an attempt whose Worker died left no trace of its time.
 * Undefined when no attempt of this generation is open; then no answer can be missing.
 */
function windowOfAttempts({ first_attempt_at: first }: ReconcileJob): TimeWindow | undefined {
  if (first === null) return undefined;
  return {
    from: Math.floor(first.getTime() / 1000) - WINDOW_MARGIN_SECONDS,
    to: Math.ceil(Date.now() / 1000) + WINDOW_MARGIN_SECONDS,
  };
}

/** A look-up that outlasts its lease would create beside another Worker. */
function timeLimit(milliseconds: number): () => void {
  const end = Date.now() + milliseconds;
  return () => {
    if (Date.now() > end) {
      throw new SyncFailure("retry", "look_up_timeout", `Not done in ${milliseconds} ms.`);
    }
  };
}
