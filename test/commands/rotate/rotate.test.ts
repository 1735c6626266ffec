import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { liveTenant, sandboxTenant } from "../../../local/tenants.ts";
import { expectNothingToChange } from "../../stacks/engine/nothing-to-change.ts";
import { startTestCloud, type TestCloud } from "../../stacks/engine/test-cloud.ts";
import { createTestStack, type TestStack } from "../../stacks/engine/test-stack.ts";
import {
  type Clouds,
  expectAllLinked,
  type Load,
  makeRoom,
  NONE,
  refusals,
  startLoad,
} from "./load.ts";
import { rotateIn } from "./rotate-process.ts";

// Every secret is exchanged, and the command is killed on the way.
const STACK = ["--stack", "staging"];
const WORKER = "stripe-customer-sync-staging";
const FIRST_TOKEN = "fake-webhook-token-of-a-test-stack";
const NEW_STRIPE_KEY = "rk_test_fake_new_key_of_the_worker_wxyz";
/** A hang limit: on a busy machine each update takes many times as long. */
const LONG_MS = 600_000;

let running: TestCloud;
let stack: TestStack;
let clouds: Clouds;
let load: Load;
let rotate: Awaited<ReturnType<typeof rotateIn>>;

const cloudflare = () => running.cloud.cloudflare.account(sandboxTenant.cloudflare.accountId);
const stripe = () => running.cloud.stripe.account(sandboxTenant.stripe.accountId);
const project = () => running.cloud.supabase.project(sandboxTenant.supabase.ref);

beforeAll(async () => {
  running = await startTestCloud([sandboxTenant]);
  stack = await createTestStack({ test: running, tenant: sandboxTenant, stack: "staging" });
  rotate = await rotateIn(running, stack);
  await stack.set({ plain: { workersPlan: "paid" } });
  const { exitCode, output } = await stack.run("up", "--yes", "--skip-preview");
  if (exitCode !== 0) throw new Error(output);
  clouds = { project: project(), stripe: stripe(), cloudflare: cloudflare(), worker: WORKER };
}, LONG_MS);

afterAll(async () => {
  await running?.close();
});

/** What the newest version of the Worker was given. */
function binding(name: string): string {
  const newest = cloudflare().versions(WORKER).at(-1);
  const found = newest?.bindings.find((each) => each.name === name);
  return found !== undefined && "text" in found ? found.text : "";
}

const settings = () => readFile(join(stack.project, "Pulumi.staging.yaml"), "utf8");

async function statusWith(bearer: string): Promise<number> {
  const response = await fetch(`${project().url}/rest/v1/rpc/stripe_sync_health`, {
    method: "POST",
    headers: {
      apikey: project().publishableKey,
      authorization: `Bearer ${bearer}`,
      "content-type": "application/json",
    },
    body: "{}",
  });
  return response.status;
}

test(
  "stripe-key: a key that does not fit is refused and nothing changes",
  async () => {
    const before = await settings();
    const { accountId, secretKey } = liveTenant.stripe;
    const live = await rotate(["stripe-key", ...STACK], { input: secretKey });
    expect(live.output).toContain(
      "This is a live-mode key, but environment staging is in test mode",
    );
    stripe().addKey({ key: "rk_test_fake_may_not_write", permissions: ["customer_read"] });
    const weak = await rotate(["stripe-key", ...STACK], { input: "rk_test_fake_may_not_write\n" });
    expect(weak.output).toMatch(/key in the new key lacks the permission "Customers: Write"/);
    const none = await rotate(["stripe-key", ...STACK], { input: "\n" });
    expect(none.output).toContain("No key was given; nothing was changed.");
    const argument = await rotate(["stripe-key", NEW_STRIPE_KEY, ...STACK]);
    for (const { exitCode, output } of [live, weak, none, argument]) {
      expect(exitCode).toBe(1);
      expect(output).not.toMatch(/^\s+at /m);
      expect(output).not.toContain(NEW_STRIPE_KEY);
    }
    expect(accountId).not.toBe(sandboxTenant.stripe.accountId);
    expect(await settings()).toBe(before);
  },
  LONG_MS,
);

describe("while 50 people a second sign up", () => {
  beforeAll(async () => {
    await makeRoom(clouds);
    load = startLoad(clouds);
  });

  afterAll(() => load?.stop());

  // Without WEBHOOK_TOKEN_PREVIOUS in stacks/deploy.ts, or without waitForOld, rings are answered 401.
  test("webhook-token, killed after every step", { timeout: LONG_MS }, async () => {
    const steps = [
      /✔ Keep the present token/,
      /✔ Make a new token/,
      /✔ Deploy: the Worker accepts both/,
      /✔ Wait until no request/,
      /✔ Take the old token out/,
    ];
    for (const killAt of steps) {
      const { exitCode, output } = await rotate(["webhook-token", ...STACK], { killAt });
      expect(exitCode, output).toBe(-9);
    }
    expect(await refusals(clouds)).toEqual(NONE);
    expect(binding("WEBHOOK_TOKEN_PREVIOUS")).toBe(FIRST_TOKEN);
    const { exitCode, output } = await rotate(["webhook-token", ...STACK]);
    expect(exitCode, output).toBe(0);
    expect(output).toContain("Make a new token (done by an earlier run)");
    expect(await refusals(clouds)).toEqual(NONE);
    expect(binding("WEBHOOK_TOKEN_PREVIOUS")).toBe("");
    expect(binding("WEBHOOK_TOKEN")).toMatch(/^[0-9a-f]{64}$/);
    expect(await settings()).not.toMatch(/^ {2}\S*webhookTokenPrevious:/m);
  });

  // Without waitForOld, or with generations: [newest] alone in stacks/deploy.ts, a write-back of an
  // invocation that began with the old key is answered 401 and the Worker says report_failed.
  test("database-key, killed in the middle of an update", { timeout: LONG_MS }, async () => {
    const old = binding("SUPABASE_KEY");
    const stopped = await rotate(["database-key", ...STACK], {
      killAt: /❯ Deploy: a new key is made/,
      killAfterMs: 3_000,
    });
    expect(stopped.exitCode, stopped.output).toBe(-9);
    expect(await statusWith(old)).toBe(200);
    const { exitCode, output } = await rotate(["database-key", ...STACK]);
    expect(exitCode, output).toBe(0);
    expect(await refusals(clouds)).toEqual(NONE);
    expect(await statusWith(old)).toBe(401);
    expect(await statusWith(binding("SUPABASE_KEY"))).toBe(200);
  });

  test("stripe-key: the old key is dead only when nobody uses it", {
    timeout: LONG_MS,
  }, async () => {
    stripe().addKey({ key: NEW_STRIPE_KEY, permissions: ["customer_write"] });
    const input = `${NEW_STRIPE_KEY}\n`;
    const waiting = await rotate(["stripe-key", ...STACK], { input });
    expect(waiting.exitCode, waiting.output).toBe(2);
    expect(waiting.output).toMatch(/Left for you: expire the key rk_test_…\S{4} in the Stripe/);
    expect(binding("STRIPE_API_KEY")).toBe(NEW_STRIPE_KEY);

    stripe().revokeKey(sandboxTenant.stripe.restrictedKey);
    const { exitCode, output } = await rotate(["stripe-key", ...STACK]);
    expect(exitCode, output).toBe(0);
    expect(await refusals(clouds)).toEqual(NONE);
    for (const key of [NEW_STRIPE_KEY, sandboxTenant.stripe.restrictedKey]) {
      expect(waiting.output + output).not.toContain(key);
    }
    expect(await settings()).not.toMatch(/^ {2}\S*stripeWorkerKeyPrevious:/m);
  });

  // Without deploySilence events that the old endpoint signs reach a Worker that has forgotten its
  // secret, and without STRIPE_WEBHOOK_SECRET_PREVIOUS those of either endpoint: 400.
  test("stripe-signing-secret, over two endpoints", { timeout: LONG_MS }, async () => {
    const [old] = stripe().webhookEndpoints();
    const { exitCode, output } = await rotate(["stripe-signing-secret", ...STACK]);
    expect(exitCode, output).toBe(0);
    expect(await refusals(clouds)).toEqual(NONE);
    const endpoints = stripe().webhookEndpoints();
    expect(endpoints).toHaveLength(1);
    expect(endpoints[0]?.id).not.toBe(old?.id);
    expect(endpoints[0]?.enabled_events).toContain("customer.created");
    const taken = stripe()
      .events()
      .filter(
        ({ type, pending_webhooks }) => type.startsWith("customer.") && pending_webhooks === 0,
      );
    expect(taken.length).toBeGreaterThan(0);
  });

  test("in the end every sign-up is linked, once, and nothing drifts", {
    timeout: LONG_MS,
  }, async () => {
    await load.stop();
    expect(load.signedUp()).toBeGreaterThan(500);
    await expectAllLinked(clouds);
    await stripe().webhooks.settled();
    expect(
      stripe()
        .events()
        .filter(({ pending_webhooks }) => pending_webhooks > 0),
    ).toEqual([]);
    await expectNothingToChange(stack);
  });
});
