import type Stripe from "stripe";
import { expect, test } from "vitest";
import { liveTenant } from "../../../local/tenants.ts";
import { clientOf, failureOf, stripeUnderTest } from "./stripe-under-test.ts";

const HOUR_MS = 60 * 60 * 1000;
const idempotencyKey = "organization:1:g1";
const parameters = { name: "Ada Example", metadata: { organization_id: "1", region: "eu" } };

test("the same key gives the same customer, and says that it is a replay", async () => {
  const { account, stripe } = await stripeUnderTest();
  const first = await stripe.customers.create(parameters, { idempotencyKey });
  const again = await stripe.customers.create(parameters, { idempotencyKey });
  expect(again).toEqual(first);
  expect(isReplay(first)).toBe(false);
  expect(isReplay(again)).toBe(true);
  expect(header(again, "original-request")).toBe(first.lastResponse.requestId);
  expect(again.lastResponse.requestId).not.toBe(first.lastResponse.requestId);
  expect(account.customers()).toHaveLength(1);
  expect(account.events()).toHaveLength(1);
  expect(account.requests().map(({ status, replayed }) => [status, replayed])).toEqual([
    [200, false],
    [200, true],
  ]);
});

test("the order of the parameters does not matter, their values do", async () => {
  const { account, stripe } = await stripeUnderTest();
  await stripe.customers.create(parameters, { idempotencyKey });
  const reordered = { metadata: { region: "eu", organization_id: "1" }, name: "Ada Example" };
  expect(isReplay(await stripe.customers.create(reordered, { idempotencyKey }))).toBe(true);

  const other = { ...parameters, name: "Grace Example" };
  const refused = await failureOf(stripe.customers.create(other, { idempotencyKey }));
  expect(refused).toMatchObject({ type: "StripeIdempotencyError", statusCode: 400 });
  expect(refused.message).toContain("same parameters");
  expect(account.customers()).toHaveLength(1);
});

test("a key belongs to one endpoint of one account", async () => {
  const { cloud, stripe } = await stripeUnderTest();
  const { id } = await stripe.customers.create(parameters, { idempotencyKey });
  const elsewhere = await failureOf(stripe.customers.update(id, parameters, { idempotencyKey }));
  expect(elsewhere).toMatchObject({ type: "StripeIdempotencyError", statusCode: 400 });
  expect(elsewhere.message).toContain("same endpoint");

  const live = clientOf(cloud, liveTenant.stripe.secretKey);
  const there = await live.customers.create({ name: "Other" }, { idempotencyKey });
  expect(isReplay(there)).toBe(false);
});

test("a key is forgotten 24 hours after its first use, however often it was used", async () => {
  const { account, stripe } = await stripeUnderTest();
  const first = await stripe.customers.create(parameters, { idempotencyKey });
  account.clock.advance(24 * HOUR_MS - 60_000);
  expect((await stripe.customers.create(parameters, { idempotencyKey })).id).toBe(first.id);
  account.clock.advance(2 * 60_000);
  const later = await stripe.customers.create(parameters, { idempotencyKey });
  expect(isReplay(later)).toBe(false);
  expect(later.id).not.toBe(first.id);
});

test("a replay still shows a customer that was deleted since", async () => {
  const { stripe } = await stripeUnderTest();
  const { id } = await stripe.customers.create(parameters, { idempotencyKey });
  await stripe.customers.del(id);
  const again = await stripe.customers.create(parameters, { idempotencyKey });
  expect(again).toMatchObject({ id, name: "Ada Example" });
  expect(again.deleted).toBeUndefined();
});

test("of 50 requests with one key at once, one makes the customer and the others get 409", async () => {
  const { account, stripe } = await stripeUnderTest();
  account.faults.next({ kind: "delay", when: "before", ms: 300 });
  const outcomes = await Promise.allSettled(
    Array.from({ length: 50 }, () => stripe.customers.create(parameters, { idempotencyKey })),
  );
  const refused = outcomes.flatMap((outcome) =>
    outcome.status === "rejected" ? [outcome.reason] : [],
  );
  expect(refused).toHaveLength(49);
  expect(refused[0]).toMatchObject({ statusCode: 409, code: "idempotency_key_in_use" });
  expect(refused[0].headers["stripe-should-retry"]).toBe("true");
  expect(account.customers()).toHaveLength(1);
  expect(isReplay(await stripe.customers.create(parameters, { idempotencyKey }))).toBe(true);
});

test("a refused parameter leaves the key unused", async () => {
  const { stripe } = await stripeUnderTest();
  await failureOf(stripe.customers.create({ email: "ada" }, { idempotencyKey }));
  const created = await stripe.customers.create(parameters, { idempotencyKey });
  expect(isReplay(created)).toBe(false);
});

test("what the endpoint itself answers is stored, also that there is no such customer", async () => {
  const { account, stripe } = await stripeUnderTest();
  const update = () => stripe.customers.update("cus_fake", parameters, { idempotencyKey });
  const first = await failureOf(update());
  const again = await failureOf(update());
  expect(again).toMatchObject({ statusCode: 404, message: first.message });
  expect(again.headers?.["idempotent-replayed"]).toBe("true");
  expect(account.requests().map(({ replayed }) => replayed)).toEqual([false, true]);
});

test("an update under one key is made once", async () => {
  const { account, stripe } = await stripeUnderTest();
  const { id } = await stripe.customers.create(parameters);
  await stripe.customers.update(id, { name: "First" }, { idempotencyKey });
  await stripe.customers.update(id, { name: "Second" });
  const replayed = await stripe.customers.update(id, { name: "First" }, { idempotencyKey });
  expect(replayed.name).toBe("First");
  expect(account.customer(id)?.name).toBe("Second");
});

test("a key of 255 characters is accepted, a longer one is not", async () => {
  const { stripe } = await stripeUnderTest();
  await stripe.customers.create({}, { idempotencyKey: "k".repeat(255) });
  const refused = failureOf(stripe.customers.create({}, { idempotencyKey: "k".repeat(256) }));
  expect(await refused).toMatchObject({ statusCode: 400 });
});

test("only POST has idempotency", async () => {
  const { stripe } = await stripeUnderTest();
  const { id } = await stripe.customers.create({ name: "Before" });
  const options = { idempotencyKey };
  await stripe.customers.retrieve(id, {}, options);
  await stripe.customers.update(id, { name: "After" });
  const again = await stripe.customers.retrieve(id, {}, options);
  expect(again).toMatchObject({ name: "After" });
  expect(isReplay(again)).toBe(false);
});

function isReplay(answer: Stripe.Response<unknown>): boolean {
  return header(answer, "idempotent-replayed") === "true";
}

/** Over fetch, the client gives the Headers themselves. */
function header(answer: Stripe.Response<unknown>, name: string): string | null {
  const headers: unknown = answer.lastResponse.headers;
  return headers instanceof Headers ? headers.get(name) : null;
}
