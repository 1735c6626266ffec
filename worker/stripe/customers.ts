import type Stripe from "stripe";
import type { CustomerId, OrganizationId } from "../ids.ts";
import type { CustomerRequest, Job, UpdateJob } from "../jobs/job.ts";
import { STRIPE_PAGE } from "../limits.ts";
import { SyncFailure } from "../sync/sync-failure.ts";
import { classifyFailure } from "./classify-failure.ts";
import { readCustomer, type StripeCustomer } from "./read-customer.ts";

/** Unix times in seconds, both included. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

/** The customers of one Stripe account. Every function throws SyncFailure, and nothing else. */
export interface Customers {
  /** Makes the job's customer, or gets the one that an earlier attempt made under its key. */
  create(job: Job): Promise<StripeCustomer>;
  /** Sends the job's data to its customer. */
  update(job: UpdateJob): Promise<StripeCustomer>;
  /**
   * Customers with an organization's id in their metadata. May be minutes behind, so a missing
   * one proves nothing (https://docs.stripe.com/search#data-freshness).
   */
  search(organization: OrganizationId): Promise<StripeCustomer[]>;
  /** The customers with exactly this e-mail address, consistent; before each page `proceed` may throw. */
  withEmail(email: string, proceed: () => void): Promise<StripeCustomer[]>;
  /** The customers of a time window, consistent; before each page `proceed` may throw. */
  createdIn(window: TimeWindow, proceed: () => void): Promise<StripeCustomer[]>;
  /** Whether the customer exists now. */
  exists(customer: CustomerId): Promise<boolean>;
}

/** The customers that `stripe` reaches, every answer checked against the environment's mode. */
export function createCustomers(stripe: Stripe, livemode: boolean): Customers {
  const customers: Customers = {
    async create(job) {
      const answer = await attempt(() =>
        stripe.customers.create(parameters(job.request), { idempotencyKey: job.idempotency_key }),
      );
      const customer = readCustomer(answer, livemode);
      // The replay of a stored answer shows the customer as it was then.
      const gone =
        customer === "deleted" || (isReplay(answer) && !(await customers.exists(customer.id)));
      if (gone) throw replayOfDeleted();
      return customer;
    },

    async update(job) {
      const answer = await attempt(() =>
        stripe.customers.update(job.customer_id, parameters(job.request), {
          idempotencyKey: job.idempotency_key,
        }),
      ).catch((failure: SyncFailure) => {
        throw isMissing(failure) ? deletedInStripe() : failure;
      });
      const customer = readCustomer(answer, livemode);
      if (customer === "deleted") throw deletedInStripe();
      return customer;
    },

    async search(organization) {
      const query = `metadata['organization_id']:'${organization}'`;
      const page = await attempt(() => stripe.customers.search({ query, limit: STRIPE_PAGE }));
      return live(itemsOf(page).items);
    },

    createdIn: ({ from, to }, proceed) => list({ created: { gte: from, lte: to } }, proceed),

    withEmail: (email, proceed) => list({ email }, proceed),

    async exists(customer) {
      try {
        const answer = await attempt(() => stripe.customers.retrieve(customer));
        return readCustomer(answer, livemode) !== "deleted";
      } catch (failure) {
        if (isMissing(failure)) return false;
        throw failure;
      }
    },
  };

  async function list(
    filter: Stripe.CustomerListParams,
    proceed: () => void,
  ): Promise<StripeCustomer[]> {
    const found: StripeCustomer[] = [];
    let after: { starting_after?: string } = {};
    for (;;) {
      proceed();
      const page = await attempt(() =>
        stripe.customers.list({ ...filter, limit: STRIPE_PAGE, ...after }),
      );
      const { items, hasMore } = itemsOf(page);
      const customersOfPage = live(items);
      found.push(...customersOfPage);
      const last = customersOfPage.at(-1);
      if (!hasMore || last === undefined) return found;
      after = { starting_after: last.id };
    }
  }

  function live(items: readonly unknown[]): StripeCustomer[] {
    return items
      .map((item) => readCustomer(item, livemode))
      .filter((customer) => customer !== "deleted");
  }

  return customers;
}

async function attempt<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    throw classifyFailure(error);
  }
}

function parameters({ name, email, metadata }: CustomerRequest): Stripe.CustomerCreateParams {
  return { ...(name != null && { name }), ...(email != null && { email }), metadata };
}

/** A page without its parts is a failure in disguise, not an empty page. */
function itemsOf(page: unknown): { items: unknown[]; hasMore: boolean } {
  const { data, has_more } = (page ?? {}) as { data?: unknown; has_more?: unknown };
  if (!Array.isArray(data) || typeof has_more !== "boolean") {
    throw new SyncFailure("retry", "unexpected_answer", "Stripe's answer was not a list.");
  }
  return { items: data, hasMore: has_more };
}

/** Under the fetch client the SDK's `lastResponse` is the Response itself. */
function isReplay(answer: Stripe.Response<unknown>): boolean {
  const headers: unknown = answer.lastResponse.headers;
  return headers instanceof Headers && headers.get("idempotent-replayed") === "true";
}

function isMissing(failure: unknown): boolean {
  return failure instanceof SyncFailure && failure.code === "resource_missing";
}

function replayOfDeleted(): SyncFailure {
  return new SyncFailure(
    "ambiguous",
    "replayed_deleted_customer",
    "Stripe replayed the answer for a customer that was deleted since.",
  );
}

function deletedInStripe(): SyncFailure {
  return new SyncFailure(
    "permanent",
    "customer_deleted",
    "The organization's customer was deleted in Stripe.",
  );
}
