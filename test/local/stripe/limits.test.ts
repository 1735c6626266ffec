import { expect, test } from "vitest";
import { liveTenant, sandboxTenant } from "../../../local/tenants.ts";
import { clientOf, stripeUnderTest } from "./stripe-under-test.ts";

/** Statuses of so many calls at once, and the reasons of those that were limited. */
async function outcomes(howMany: number, call: (n: number) => Promise<unknown>) {
  const settled = await Promise.allSettled(Array.from({ length: howMany }, (_, n) => call(n)));
  const limited = settled.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  return {
    passed: howMany - limited.length,
    codes: [...new Set(limited.map(({ type, code }) => `${type} ${code}`))],
    reasons: [...new Set(limited.map(({ headers }) => headers["stripe-rate-limited-reason"]))],
  };
}

/** Both clouds with Stripe's own limits and a clock that stands, so that no second goes by. */
async function limitedStripe() {
  const { cloud } = await stripeUnderTest({ runtime: { now: () => 1_800_000_000_000 } });
  const accounts = [sandboxTenant, liveTenant].map(({ stripe: { accountId, secretKey } }) => ({
    account: cloud.account(accountId),
    stripe: clientOf(cloud, secretKey),
  }));
  const [sandbox, live] = accounts;
  if (!sandbox || !live) throw new Error("two tenants are expected");
  sandbox.account.limits.globalPerSecond = 25;
  sandbox.account.limits.endpointPerSecond = 25;
  return { sandbox, live };
}

test("each endpoint takes 25 requests a second, in live mode too", async () => {
  const { live } = await limitedStripe();
  const create = () => live.stripe.customers.create({});
  expect(await outcomes(40, create)).toEqual({
    passed: 25,
    codes: ["StripeRateLimitError rate_limit"],
    reasons: ["endpoint-rate"],
  });
  await live.stripe.customers.list();
  live.account.clock.advance(200);
  expect((await outcomes(10, create)).passed).toBe(5);
  expect(live.account.customers()).toHaveLength(30);
});

test("a sandbox takes 25 requests a second over all endpoints, a live account 100", async () => {
  const { sandbox, live } = await limitedStripe();
  for (const [{ stripe }, passed] of [
    [sandbox, 25],
    [live, 100],
  ] as const) {
    const calls = [
      () => stripe.customers.create({}),
      () => stripe.customers.list(),
      () => stripe.webhookEndpoints.list(),
      () => stripe.events.list(),
      () => stripe.accounts.retrieveCurrent(),
    ];
    const result = await outcomes(120, async (n) => calls[n % calls.length]?.());
    expect(result).toMatchObject({ passed, reasons: ["global-rate"] });
  }
});

test("search takes 20 requests a second", async () => {
  const { live } = await limitedStripe();
  const query = "name:'Ada'";
  const result = await outcomes(30, () => live.stripe.customers.search({ query }));
  expect(result).toMatchObject({ passed: 20, reasons: ["endpoint-rate"] });
});

test("requests under way at once are limited when an account says so", async () => {
  const { account, stripe } = await stripeUnderTest();
  account.limits.globalConcurrency = 3;
  account.faults.always(() => ({ kind: "delay", when: "before", ms: 200 }));
  const result = await outcomes(10, () => stripe.customers.create({}));
  expect(result).toMatchObject({ passed: 3, reasons: ["global-concurrency"] });
});

test("a limited request has no effect, and its key stays unused", async () => {
  const { account, stripe } = await stripeUnderTest();
  account.limits.endpointPerSecond = 0;
  const create = () => stripe.customers.create({}, { idempotencyKey: "limited" });
  expect((await outcomes(1, create)).passed).toBe(0);
  expect(account.customers()).toEqual([]);
  account.limits.endpointPerSecond = 25;
  account.clock.advance(1_000);
  expect((await outcomes(1, create)).passed).toBe(1);
  expect(account.requests().map(({ status }) => status)).toEqual([429, 200]);
});
