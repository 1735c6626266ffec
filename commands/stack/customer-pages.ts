import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "@stripe-customer-sync/provider-kit";
import * as v from "valibot";
import type { OpenStack } from "./open-stack.ts";

const customer = v.object({
  id: v.string(),
  livemode: v.boolean(),
  /** Unix time in seconds. */
  created: v.number(),
  name: v.nullish(v.string()),
  email: v.nullish(v.string()),
  metadata: v.record(v.string(), v.string()),
});

/** A live customer as far as a comparison needs it. */
export type ListedCustomer = v.InferOutput<typeof customer>;

/** Stripe's largest page (https://docs.stripe.com/api/pagination). */
const PAGE_CUSTOMERS = 100;

/**
 * Between two pages, so that whoever reads a whole account leaves the Worker most of the 25 calls
 * a second that Stripe allows (https://docs.stripe.com/rate-limits).
 */
const PAGE_INTERVAL_MS = 100;

/**
 * Every live customer of the stack's account, page by page, newest first: one call for a hundred
 * of them, and no more than a page in memory.
 *
 * @throws UserError when Stripe cannot be read to the end
 */
export async function* customerPages(stack: OpenStack): AsyncGenerator<readonly ListedCustomer[]> {
  let after: { starting_after?: string } = {};
  for (;;) {
    const begun = performance.now();
    const page = await stack.stripe("Customers: Read", (client) =>
      client.customers.list({ limit: PAGE_CUSTOMERS, ...after }),
    );
    const customers = v.safeParse(v.array(customer), page.data);
    if (!customers.success)
      throw new UserError("Stripe's list held something else than customers.");
    yield customers.output;
    const last = customers.output.at(-1);
    if (!page.has_more || last === undefined) return;
    after = { starting_after: last.id };
    await sleep(Math.max(0, PAGE_INTERVAL_MS - (performance.now() - begun)));
  }
}
