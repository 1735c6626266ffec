import Stripe from "stripe";
import { expect, test } from "vitest";
import type { Fault } from "../../../local/stripe/index.ts";
import { sandboxTenant } from "../../../local/tenants.ts";
import { clientOf, failureOf, stripeUnderTest } from "./stripe-under-test.ts";

const idempotencyKey = "organization:1:g1";
const parameters = { name: "Ada Example", metadata: { organization_id: "1" } };

/** A request that meets the fault, and the same request once more. */
async function faultAndRetry(fault: Fault) {
  const { account, cloud, stripe } = await stripeUnderTest();
  const patient = clientOf(cloud, sandboxTenant.stripe.secretKey);
  account.faults.next(fault);
  const hasty = { idempotencyKey, ...(fault.kind === "hang" && { timeout: 200 }) };
  const failure = await failureOf(stripe.customers.create(parameters, hasty));
  const madeAtOnce = account.customers().length;
  const retry = await patient.customers.create(parameters, { idempotencyKey }).then(
    ({ id }) => (account.customer(id) ? "the customer" : "another"),
    (error: Stripe.errors.StripeError) => error.statusCode,
  );
  return { failure, madeAtOnce, retry, made: account.customers().length };
}

test.each([
  ["a refused connection", { kind: "refuse" }, 0],
  ["a reset before the effect", { kind: "reset", when: "before" }, 0],
  ["a reset after the effect", { kind: "reset", when: "after" }, 1],
  ["a hang before the effect", { kind: "hang", when: "before" }, 0],
  ["a hang after the effect", { kind: "hang", when: "after" }, 1],
] as const)("%s is a connection error; the retry makes one customer", async (...row) => {
  const [, fault, madeAtOnce] = row;
  const result = await faultAndRetry(fault);
  expect(result.failure).toBeInstanceOf(Stripe.errors.StripeConnectionError);
  expect(result).toMatchObject({ madeAtOnce, retry: "the customer", made: 1 });
});

test.each([
  ["429 before the effect", { kind: "answer", when: "before", status: 429 }, 0, "the customer"],
  ["429 after the effect", { kind: "answer", when: "after", status: 429 }, 1, "the customer"],
  ["409 before the effect", { kind: "answer", when: "before", status: 409 }, 0, "the customer"],
  ["503 before the effect", { kind: "answer", when: "before", status: 503 }, 0, "the customer"],
  ["503 after the effect", { kind: "answer", when: "after", status: 503 }, 1, "the customer"],
  ["a stored 500 before the effect", { kind: "answer", when: "before", status: 500 }, 0, 500],
  ["a stored 500 after the effect", { kind: "answer", when: "after", status: 500 }, 1, 500],
  [
    "a 500 that is not stored, after the effect",
    { kind: "answer", when: "after", status: 500, stored: false },
    1,
    "the customer",
  ],
] as const)("%s: what was made, and what the retry gets", async (...row) => {
  const [, fault, madeAtOnce, retry] = row;
  const result = await faultAndRetry(fault);
  expect(result.failure.statusCode).toBe(fault.status);
  expect(result).toMatchObject({ madeAtOnce, retry, made: retry === 500 ? madeAtOnce : 1 });
});

test("a stored 500 is replayed until its key ends, and then the request runs", async () => {
  const { account, stripe } = await stripeUnderTest();
  account.faults.next({ kind: "answer", when: "after", status: 500 });
  const create = () => stripe.customers.create(parameters, { idempotencyKey });
  const first = await failureOf(create());
  expect(first).toMatchObject({ type: "StripeAPIError", rawType: "api_error" });
  expect(first.headers?.["stripe-should-retry"]).toBe("false");
  expect(first.headers?.["idempotent-replayed"]).toBeUndefined();
  account.clock.advance(23 * 60 * 60 * 1000);
  const replayed = await failureOf(create());
  expect(replayed).toMatchObject({ statusCode: 500, message: first.message });
  expect(replayed.headers?.["idempotent-replayed"]).toBe("true");
  account.clock.advance(2 * 60 * 60 * 1000);
  await create();
  expect(account.customers()).toHaveLength(2);
});

test("a delay before the effect holds the key, one after it does not", async () => {
  const { account, stripe } = await stripeUnderTest();
  const create = () => stripe.customers.create(parameters, { idempotencyKey });
  account.faults.next({ kind: "delay", when: "before", ms: 200 });
  const slow = create();
  await arrived(account.faults);
  expect(await failureOf(create())).toMatchObject({ statusCode: 409 });
  expect(account.customers()).toEqual([]);
  const { id } = await slow;

  account.faults.next({ kind: "delay", when: "after", ms: 200 });
  const late = stripe.customers.update(id, { name: "New" }, { idempotencyKey: "update" });
  await arrived(account.faults);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(account.customer(id)?.name).toBe("New");
  expect((await late).name).toBe("New");
});

test("what is delayed happens although the caller has given up", async () => {
  const { account, stripe } = await stripeUnderTest();
  account.faults.next({ kind: "delay", when: "before", ms: 300 });
  const options = { idempotencyKey, timeout: 100 };
  const failure = await failureOf(stripe.customers.create(parameters, options));
  expect(failure).toBeInstanceOf(Stripe.errors.StripeConnectionError);
  expect(account.customers()).toEqual([]);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(account.customers()).toHaveLength(1);
});

test("an answer of the other mode is one in all of its objects", async () => {
  const { account, stripe } = await stripeUnderTest();
  const { id } = await stripe.customers.create({});
  account.faults.always(() => ({ kind: "livemode" }));
  expect((await stripe.customers.create({})).livemode).toBe(true);
  expect((await stripe.customers.list()).data.map(({ livemode }) => livemode)).toEqual([
    true,
    true,
  ]);
  account.faults.clear();
  expect(await stripe.customers.retrieve(id)).toMatchObject({ livemode: false });
});

test("an error can be any of Stripe's, such as an object's lock", async () => {
  const { account, stripe } = await stripeUnderTest();
  const error = { code: "lock_timeout", message: "This object cannot be accessed right now." };
  account.faults.next({ kind: "answer", when: "before", status: 429, error });
  const refused = await failureOf(stripe.customers.create({}));
  expect(refused).toMatchObject({ type: "StripeRateLimitError", ...error });
  expect(refused.headers?.["stripe-rate-limited-reason"]).toBeUndefined();
  expect(refused.headers?.["stripe-should-retry"]).toBe("true");
});

test("faults meet the requests that they are meant for, in their order", async () => {
  const { account, stripe } = await stripeUnderTest();
  const isSearch = ({ endpoint }: { endpoint: string }) => endpoint === "GET /v1/customers/search";
  account.faults.next({ kind: "answer", when: "before", status: 500 }, isSearch);
  account.faults.next({ kind: "answer", when: "before", status: 503 }, isSearch);
  const search = () => stripe.customers.search({ query: "name:'Ada'" });
  await stripe.customers.create({});
  expect((await failureOf(search())).statusCode).toBe(500);
  expect(account.faults.pending).toBe(1);
  expect((await failureOf(search())).statusCode).toBe(503);
  await search();
});

test("a rule is asked for every request, until it is taken back", async () => {
  const { account, stripe } = await stripeUnderTest();
  const end = account.faults.always(({ idempotencyKey: key }) =>
    key?.endsWith("g1") ? { kind: "refuse" } : undefined,
  );
  const create = (key: string) => stripe.customers.create({}, { idempotencyKey: key });
  await failureOf(create("a:g1"));
  await failureOf(create("b:g1"));
  await create("a:g2");
  end();
  await create("a:g1");
  expect(account.requests().map(({ status }) => status)).toEqual(["refused", "refused", 200, 200]);
});

test("a replayed answer can be lost as well", async () => {
  const { account, stripe } = await stripeUnderTest();
  const create = () => stripe.customers.create(parameters, { idempotencyKey });
  await create();
  account.faults.next({ kind: "reset", when: "after" });
  expect(await failureOf(create())).toBeInstanceOf(Stripe.errors.StripeConnectionError);
  await create();
  expect(account.customers()).toHaveLength(1);
});

test("the client over Node's http sees a reset too, and repeats it once under the same key", async () => {
  const { account, cloud } = await stripeUnderTest();
  const stripe = new Stripe(sandboxTenant.stripe.secretKey, {
    host: "127.0.0.1",
    port: cloud.port,
    protocol: "http",
    maxNetworkRetries: 0,
  });
  account.faults.next({ kind: "reset", when: "after" });
  account.faults.next({ kind: "reset", when: "before" });
  expect(await failureOf(stripe.customers.create({}))).toMatchObject({
    type: "StripeConnectionError",
    detail: { code: "ECONNRESET" },
  });
  const [first, second] = account.requests();
  expect(second?.idempotencyKey).toBe(first?.idempotencyKey);
  expect(account.customers()).toHaveLength(1);
});

test("the whole Stripe can refuse connections and come back on its port", async () => {
  const { cloud, stripe } = await stripeUnderTest();
  await stripe.customers.create({});
  await cloud.refuse();
  const refused = await failureOf(stripe.customers.create({}));
  expect(refused.detail).toMatchObject({ cause: { code: "ECONNREFUSED" } });
  await cloud.accept();
  await stripe.customers.create({});
});

/** Resolves when the scripted fault has met its request. */
async function arrived(faults: { readonly pending: number }): Promise<void> {
  while (faults.pending > 0) await new Promise((resolve) => setTimeout(resolve, 5));
}
