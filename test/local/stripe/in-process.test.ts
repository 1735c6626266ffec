import Stripe from "stripe";
import { expect, onTestFinished, test, vi } from "vitest";
import { createStripe, type StripeOptions } from "../../../local/stripe/index.ts";
import { liveTenant, sandboxTenant } from "../../../local/tenants.ts";
import { failureOf, stripeUnderTest } from "./stripe-under-test.ts";

const { accountId, secretKey } = sandboxTenant.stripe;

async function inProcess(options: Partial<StripeOptions> = {}) {
  const tenants = [sandboxTenant.stripe, liveTenant.stripe];
  const double = await createStripe({ tenants, ...options });
  onTestFinished(() => double.close());
  const account = double.account(accountId);
  account.limits.globalPerSecond = Number.POSITIVE_INFINITY;
  account.limits.endpointPerSecond = Number.POSITIVE_INFINITY;
  const stripe = new Stripe(secretKey, {
    maxNetworkRetries: 0,
    telemetry: false,
    httpClient: Stripe.createFetchHttpClient(double.fetch),
  });
  return { double, account, stripe };
}

test("the official client reaches the double without a network", async () => {
  const { account, stripe } = await inProcess();
  const { id } = await stripe.customers.create({ name: "Ada" });
  expect(account.customer(id)?.name).toBe("Ada");
  expect((await stripe.customers.list({ limit: 1 })).data).toHaveLength(1);
});

test("cut connections reject as the platform's own fetch does", async () => {
  const { account, stripe } = await inProcess();
  account.faults.next({ kind: "refuse" });
  const refused = await failureOf(stripe.customers.create({}));
  expect(refused.detail).toMatchObject({ cause: { code: "ECONNREFUSED" } });
  account.faults.next({ kind: "reset", when: "after" });
  const reset = await failureOf(stripe.customers.create({}));
  expect(reset.detail).toMatchObject({ cause: { code: "ECONNRESET" } });
  account.faults.next({ kind: "hang", when: "before" });
  const hung = await failureOf(stripe.customers.create({}, { timeout: 50 }));
  expect(hung).toBeInstanceOf(Stripe.errors.StripeConnectionError);
  expect(account.customers()).toHaveLength(1);
});

test("with time, randomness and network of the test's own, every run is the same", async () => {
  const run = async () => {
    let seed = 7;
    const delivered: unknown[] = [];
    const { account, stripe } = await inProcess({
      runtime: {
        now: () => 1_800_000_000_000,
        random: () => {
          seed = (seed * 48_271) % 2_147_483_647;
          return seed / 2_147_483_647;
        },
        fetch: async (url, init) => {
          delivered.push([url, init.headers, init.body]);
          return new Response();
        },
      },
    });
    await stripe.webhookEndpoints.create({ url: "https://a.example.com", enabled_events: ["*"] });
    await stripe.customers.create({ name: "Ada" }, { idempotencyKey: "one" });
    await account.webhooks.settled();
    return { delivered, customers: account.customers(), requests: account.requests().slice(1) };
  };
  const first = await run();
  expect(first.delivered).toHaveLength(1);
  expect(await run()).toEqual(first);
});

test("a customer takes under a millisecond of processor time", async () => {
  const { account, stripe } = await inProcess();
  const howMany = 2_000;
  const before = process.cpuUsage();
  for (let made = 0; made < howMany; made += 50) {
    const batch = Array.from({ length: 50 }, (_, n) =>
      stripe.customers.create({ name: "Ada", metadata: { n: `${made + n}` } }),
    );
    await Promise.all(batch);
  }
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(howMany);
  expect(account.customers()).toHaveLength(howMany);
});

test("nothing is printed, whatever callers send", async () => {
  const printed: unknown[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, "write").mockImplementation((text) => printed.push(text) > 0);
  }
  for (const method of ["log", "info", "warn", "error"] as const) {
    vi.spyOn(console, method).mockImplementation((...texts) => printed.push(texts));
  }
  onTestFinished(() => {
    vi.restoreAllMocks();
  });
  const { account, stripe } = await stripeUnderTest();
  const email = "ada@example.com";
  await stripe.customers.create({ email });
  await failureOf(stripe.customers.create({ email: "ada@" }));
  for (const when of ["before", "after"] as const) {
    account.faults.next({ kind: "reset", when });
    await failureOf(stripe.customers.create({ email }));
    account.faults.next({ kind: "hang", when });
    await failureOf(stripe.customers.create({ email }, { timeout: 50 }));
    account.faults.next({ kind: "answer", when, status: 500 });
    await failureOf(stripe.customers.create({ email }));
  }
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(printed).toEqual([]);
});

test("an account that no tenant has is told by name", async () => {
  const { double } = await inProcess();
  expect(() => double.account("acct_fake")).toThrow("no Stripe account acct_fake");
});
