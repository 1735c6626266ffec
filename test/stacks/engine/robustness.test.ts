import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { liveTenant, sandboxTenant } from "../../../local/tenants.ts";
import { customerIdOf, customersOf, signUpSomebody } from "./sign-ups.ts";
import { startTestCloud, type TestCloud } from "./test-cloud.ts";
import { createTestStack, type TestStack } from "./test-stack.ts";

const WORKER = "stripe-customer-sync-staging";
const DELIVERIES = 50;

let running: TestCloud;
let stack: TestStack;
const cloudflare = () => running.cloud.cloudflare.account(sandboxTenant.cloudflare.accountId);
const stripe = () => running.cloud.stripe.account(sandboxTenant.stripe.accountId);
const project = () => running.cloud.supabase.project(sandboxTenant.supabase.ref);

async function becomesLinked(organization: string, timeout: number): Promise<void> {
  await vi.waitFor(
    async () => expect(await customerIdOf(project(), organization)).toMatch(/^cus_/),
    { timeout, interval: 50 },
  );
}

beforeAll(async () => {
  running = await startTestCloud([sandboxTenant, liveTenant]);
  stack = await createTestStack({ test: running, tenant: sandboxTenant, stack: "staging" });
  const { exitCode, output } = await stack.run("up", "--yes", "--skip-preview");
  if (exitCode !== 0) throw new Error(output);
});

afterAll(async () => {
  await running?.close();
});

describe("a deployed environment", () => {
  test("50 deliveries of one event beside the cron make one customer", async () => {
    const organization = await signUpSomebody(project());
    const { workerUrl } = await stack.outputs();
    const event = {
      type: "INSERT",
      table: "organizations",
      schema: "public",
      record: { id: organization },
      old_record: null,
    };
    const deliver = async () => {
      const response = await fetch(`${workerUrl}/webhooks/supabase`, {
        method: "POST",
        headers: {
          authorization: "Bearer fake-webhook-token-of-a-test-stack",
          "content-type": "application/json",
        },
        body: JSON.stringify(event),
      });
      return response.status;
    };
    const [statuses] = await Promise.all([
      Promise.all(Array.from({ length: DELIVERIES }, deliver)),
      cloudflare().runCron(WORKER),
      cloudflare().runCron(WORKER),
    ]);
    expect(statuses.every((status) => status === 200 || status === 202)).toBe(true);
    await becomesLinked(organization, 20_000);
    expect(customersOf(stripe(), organization)).toHaveLength(1);
  });

  // Without the cron trigger this organization would wait for ever.
  test("an organization whose webhook was lost is linked by the pull within a minute", async () => {
    await dropDoorbell();
    const organization = await signUpSomebody(project());
    await becomesLinked(organization, 75_000);
    expect(customersOf(stripe(), organization)).toHaveLength(1);
  }, 90_000);

  // Meant to fail without `is_foreign(wanted)` in stripe_sync.configure().
  test("is not taken over by another stack that was pointed at its database", async () => {
    const mistaken = await createTestStack({
      test: running,
      tenant: { ...liveTenant, supabase: sandboxTenant.supabase },
      stack: "production",
    });
    const { exitCode, output } = await mistaken.run("up", "--yes", "--skip-preview");
    expect(exitCode).not.toBe(0);
    expect(output).toContain(
      'this database belongs to environment "staging"; environment "production" must not take it over',
    );
    expect(output).toContain("Compare the stack's supabaseProjectRef.");
    const live = running.cloud.cloudflare.account(liveTenant.cloudflare.accountId);
    expect(live.workerNames()).toEqual([]);
    const organization = await signUpSomebody(project());
    await cloudflare().runCron(WORKER);
    await becomesLinked(organization, 20_000);
    expect(customersOf(stripe(), organization)).toHaveLength(1);
  });

  test("a sign-up succeeds while the Worker is stopped, and is linked when it is back", async () => {
    await cloudflare().stop(WORKER);
    const organization = await signUpSomebody(project());
    expect(await customerIdOf(project(), organization)).toBeNull();
    await cloudflare().start(WORKER);
    await cloudflare().runCron(WORKER);
    await becomesLinked(organization, 20_000);
  });

  test("a sign-up succeeds with an empty Vault, and is linked by the pull", async () => {
    await project().sql`delete from vault.secrets`;
    const organization = await signUpSomebody(project());
    await cloudflare().runCron(WORKER);
    await becomesLinked(organization, 20_000);
  });

  test("a sign-up succeeds without pg_net, and is linked by the pull", async () => {
    await project().sql`drop extension if exists pg_net cascade`;
    const organization = await signUpSomebody(project());
    await cloudflare().runCron(WORKER);
    await becomesLinked(organization, 20_000);
  });

  test("a sign-up succeeds with the sync schema dropped, and an update brings all back", async () => {
    await project().sql`drop schema stripe_sync cascade`;
    const organization = await signUpSomebody(project());
    expect(await customerIdOf(project(), organization)).toBeNull();
    const { exitCode, output } = await stack.run("up", "--yes", "--refresh", "--skip-preview");
    expect(exitCode, output).toBe(0);
    await cloudflare().runCron(WORKER);
    await becomesLinked(organization, 20_000);
  });
});

/** Every trigger that rings, whatever the provider calls it. */
async function dropDoorbell(): Promise<void> {
  const triggers = await project().sql<{ tgname: string }[]>`
    select tgname from pg_trigger
    where tgrelid = 'public.organizations'::regclass and not tgisinternal
      and tgname not like 'stripe\\_sync\\_%'`;
  for (const { tgname } of triggers) {
    await project().sql`drop trigger ${project().sql(tgname)} on public.organizations`;
  }
}
