import Stripe from "stripe";
import { expect, test } from "vitest";
import { sandboxTenant } from "../../local/tenants.ts";
import { testBindings } from "../worker/bindings.ts";
import { captureLog } from "../worker/captured-log.ts";
import { type WholePath, wholePaths } from "../worker/whole-path.ts";

captureLog();
const path = wholePaths();

/** Somebody's second customer for the organization, by hand or by an older system. */
async function makeAnother({ cloud }: WholePath, organization: string) {
  const stripe = new Stripe(sandboxTenant.stripe.secretKey, {
    host: "127.0.0.1",
    port: Number(new URL(cloud.url).port),
    protocol: "http",
  });
  const customer = await stripe.customers.create({
    metadata: { organization_id: organization, environment: "testing" },
  });
  return { stripe, customer };
}

/** Stripe's event about a customer, signed, as the Worker gets it. */
async function tellWorker(
  { worker }: WholePath,
  type: "customer.created" | "customer.deleted",
  customer: Stripe.Customer,
): Promise<number> {
  const payload = JSON.stringify({
    id: "evt_FakeOfARunbook",
    object: "event",
    type,
    livemode: false,
    data: { object: customer },
  });
  const secret = testBindings.STRIPE_WEBHOOK_SECRET;
  const response = await worker.fetch("/webhooks/stripe", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "stripe-signature": Stripe.webhooks.generateTestHeaderString({ payload, secret }),
    },
    body: payload,
  });
  return response.status;
}

async function duplicatesCounted({ database }: WholePath): Promise<number> {
  return (await database.call<{ duplicates: number }>("health", {})).duplicates;
}

// In database/150-customer-event.sql, leave out the `delete from stripe_sync.duplicates`: it is
// counted for ever.
test("the runbook: a duplicate is counted, is deleted in Stripe, and the kept customer stays linked", async () => {
  const whole = await path();
  const organization = await whole.database.signUp({ industry: "maths" });
  await whole.worker.ring(organization);
  const kept = await whole.linked(organization);

  const { stripe, customer } = await makeAnother(whole, organization);
  expect(await tellWorker(whole, "customer.created", customer)).toBe(200);
  expect(await duplicatesCounted(whole)).toBe(1);
  expect(await whole.linked(organization)).toBe(kept);

  await stripe.customers.del(customer.id);
  expect(await tellWorker(whole, "customer.deleted", customer)).toBe(200);
  expect(await duplicatesCounted(whole)).toBe(0);
  expect(await whole.linked(organization)).toBe(kept);
  expect(await whole.database.job(organization)).toMatchObject({ state: "linked" });
});

test("where the other customer shall be kept: its id is written into the row and gets all data", async () => {
  const whole = await path();
  const organization = await whole.database.signUp({ industry: "maths" });
  await whole.worker.ring(organization);
  const { customer } = await makeAnother(whole, organization);

  await whole.database.sql`
    update public.organizations set stripe_customer_id = ${customer.id} where id = ${organization}`;
  await whole.worker.tick();

  const updated = whole.stripe.customers().find(({ id }) => id === customer.id);
  expect(updated?.metadata).toMatchObject({ organization_id: organization, industry: "maths" });
  expect(await whole.linked(organization)).toBe(customer.id);
});
