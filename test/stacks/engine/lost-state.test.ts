import { rm } from "node:fs/promises";
import { join } from "node:path";
import Cloudflare from "cloudflare";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { sandboxTenant } from "../../../local/tenants.ts";
import { expectNothingToChange } from "./nothing-to-change.ts";
import { becomesLinked, customersOf, signUpSomebody } from "./sign-ups.ts";
import { startTestCloud, type TestCloud } from "./test-cloud.ts";
import { createTestStack, type TestStack } from "./test-stack.ts";

const WORKER = "stripe-customer-sync-staging";
const { accountId, apiToken, zoneId, zoneName } = sandboxTenant.cloudflare;

let running: TestCloud;
let stack: TestStack;

const cloudflare = () => running.cloud.cloudflare.account(accountId);
const stripe = () => running.cloud.stripe.account(sandboxTenant.stripe.accountId);
const project = () => running.cloud.supabase.project(sandboxTenant.supabase.ref);

/** What is there of the environment in all three clouds, but for what each deployment makes anew. */
async function environment() {
  const [webhooks, secrets, links] = await Promise.all([
    project().sql`select tgname from pg_trigger
      where tgrelid = 'public.organizations'::regclass and not tgisinternal order by tgname`,
    project().sql`select id, name from vault.secrets order by name`,
    project().sql`select organization_id, state from stripe_sync.jobs order by organization_id`,
  ]);
  return {
    workers: cloudflare()
      .workerNames()
      .map((name) => [name, cloudflare().worker(name).id]),
    routes: cloudflare().routes(),
    schedules: cloudflare().schedules(WORKER),
    webhooks,
    secrets,
    links,
    customers: stripe().customers(),
  };
}

/** The row has its id a moment before the job is done with what was changed meanwhile. */
async function nothingIsDue(): Promise<void> {
  await vi.waitFor(
    async () => {
      const open = await project()
        .sql`select organization_id from stripe_sync.jobs where state <> 'linked'`;
      expect(open).toHaveLength(0);
    },
    { timeout: 20_000, interval: 50 },
  );
}

async function loseState(): Promise<void> {
  await rm(join(running.folder, "pulumi", ".pulumi"), { recursive: true });
  const { exitCode, output } = await stack.run("stack", "init");
  if (exitCode !== 0) throw new Error(output);
}

async function succeed(...args: string[]): Promise<string> {
  const { exitCode, output } = await stack.run(...args);
  if (exitCode !== 0) throw new Error(output);
  return output;
}

beforeAll(async () => {
  running = await startTestCloud([sandboxTenant]);
  stack = await createTestStack({ test: running, tenant: sandboxTenant, stack: "staging" });
  await stack.set({ plain: { route: `sync.${zoneName}/*`, cloudflareZoneId: zoneId } });
});

afterAll(async () => {
  await running?.close();
});

// The life of one environment whose state is lost: the tests build on each other.
describe("a stack without its state", () => {
  // Without the refusal in infra/worker-leftovers.ts the update would make it its own.
  test("does not take over a Worker of its name that is not its own", async () => {
    const api = new Cloudflare({ apiToken, baseURL: running.cloud.cloudflare.apiUrl });
    await api.workers.beta.workers.create({ account_id: accountId, name: WORKER });
    const before = cloudflare().worker(WORKER);
    const { exitCode, output } = await stack.run("up", "--yes", "--skip-preview");
    expect(exitCode).not.toBe(0);
    expect(output).toContain(`Refused to take over: the Worker ${WORKER}`);
    expect(output).toContain("it has no tags, not stripe-customer-sync/staging");
    expect(cloudflare().worker(WORKER)).toEqual(before);
    expect(stripe().webhookEndpoints()).toEqual([]);
    await cloudflare().deleteWorker(WORKER);
  });

  test("adopts everything that it made: nothing twice, nothing lost", async () => {
    await succeed("up", "--yes", "--skip-preview");
    const organization = await signUpSomebody(project());
    await becomesLinked(project(), organization);
    await nothingIsDue();
    const before = await environment();
    const [endpoint] = stripe().webhookEndpoints();

    await loseState();
    const output = await succeed("up", "--yes", "--skip-preview");

    expect(output).toMatch(/cloudflare:index:Worker sync-worker import/);
    expect(output).toMatch(/cloudflare:index:WorkersRoute sync-worker import/);
    expect(await environment()).toEqual(before);
    // Stripe tells an endpoint's signing secret once: a new endpoint takes the old one's place.
    const endpoints = stripe().webhookEndpoints();
    expect(endpoints).toHaveLength(1);
    expect(endpoints[0]?.id).not.toBe(endpoint?.id);
    await expectNothingToChange(stack);
    await becomesLinked(project(), await signUpSomebody(project()));
    expect(customersOf(stripe(), organization)).toHaveLength(1);
  });

  test("can be destroyed, also when somebody deleted the route by hand", async () => {
    const before = await project()
      .sql`select id, stripe_customer_id from public.organizations order by id`;
    const customers = stripe().customers();
    await cloudflare().deleteRoute(cloudflare().routes()[0]?.id ?? "");
    // The official provider takes the server's 404 for a failure.
    const failed = await stack.run("destroy", "--yes", "--skip-preview");
    expect(failed.exitCode).not.toBe(0);
    await succeed("destroy", "--yes", "--skip-preview", "--refresh");
    expect(cloudflare().workerNames()).toEqual([]);
    expect(cloudflare().routes()).toEqual([]);
    expect(stripe().webhookEndpoints()).toEqual([]);
    expect(
      await project().sql`select id, stripe_customer_id from public.organizations order by id`,
    ).toEqual(before);
    expect(stripe().customers()).toEqual(customers);
  });
});
