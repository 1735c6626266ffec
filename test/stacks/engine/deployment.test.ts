import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readPlan, resourceOf } from "../../../commands/plan/plan.ts";
import { sandboxTenant } from "../../../local/tenants.ts";
import { changesIn, plannedChanges } from "./planned-changes.ts";
import { customerIdOf, customersOf, signUpSomebody } from "./sign-ups.ts";
import { startTestCloud, type TestCloud } from "./test-cloud.ts";
import { createTestStack, type TestStack } from "./test-stack.ts";

const WORKER = "stripe-customer-sync-staging";
const VERSION = "cloudflare:index/workerVersion:WorkerVersion";
const DEPLOYMENT = "cloudflare:index/workersDeployment:WorkersDeployment";
const LIVE_CHECK = "live-worker:index:LiveCheck";
const ROLLOUT = "live-worker:index:Rollout";
const VAULT_SECRET = "supabase:index:VaultSecret";

let running: TestCloud;
let stack: TestStack;
const cloudflare = () => running.cloud.cloudflare.account(sandboxTenant.cloudflare.accountId);
const stripe = () => running.cloud.stripe.account(sandboxTenant.stripe.accountId);
const project = () => running.cloud.supabase.project(sandboxTenant.supabase.ref);

async function linkedId(organization: string): Promise<string> {
  return vi.waitFor(
    async () => {
      const id = await customerIdOf(project(), organization);
      if (id === null) throw new Error(`organization ${organization} is not linked`);
      return id;
    },
    { timeout: 20_000, interval: 20 },
  );
}

async function up(): Promise<string> {
  const { exitCode, output } = await stack.run("up", "--yes", "--skip-preview");
  if (exitCode !== 0) throw new Error(`the update failed:\n${output}`);
  return output;
}

beforeAll(async () => {
  running = await startTestCloud([sandboxTenant]);
  stack = await createTestStack({ test: running, tenant: sandboxTenant, stack: "staging" });
});

afterAll(async () => {
  await running?.close();
});

// One life of one environment, from the first preview to its end: the tests build on each other.
describe("a stack on the real engine", () => {
  test("a preview shows every resource and makes none", async () => {
    const changes = await plannedChanges(stack);
    expect(changes).toEqual(
      expect.arrayContaining([
        "create cloudflare:index/worker:Worker",
        `create ${VERSION}`,
        `create ${DEPLOYMENT}`,
        "create cloudflare:index/workersCronTrigger:WorkersCronTrigger",
        `create ${LIVE_CHECK}`,
        `create ${ROLLOUT}`,
        "create stripe:index:WebhookEndpoint",
        "create supabase:index:DatabaseWebhook",
        "create supabase:index:RoleToken",
        "create supabase:index:SqlSchema",
        `create ${VAULT_SECRET}`,
      ]),
    );
    expect(cloudflare().workerNames()).toEqual([]);
    expect(stripe().webhookEndpoints()).toEqual([]);
    const [schema] = await project().sql`select to_regnamespace('stripe_sync') as found`;
    expect(schema?.found).toBeNull();
  });

  test("a create that fails in the middle is repaired by the next update", async () => {
    stripe().faults.always(({ path }) =>
      path.startsWith("/v1/webhook_endpoints")
        ? { kind: "answer", when: "before", status: 400, stored: false }
        : undefined,
    );
    const failed = await stack.run("up", "--yes", "--skip-preview");
    expect(failed.exitCode).not.toBe(0);
    expect(failed.output).toContain("stripe:index:WebhookEndpoint");
    stripe().faults.clear();

    await up();
    expect(cloudflare().workerNames()).toEqual([WORKER]);
    expect(stripe().webhookEndpoints()).toHaveLength(1);
  });

  test("a sign-up gets its customer, with all metadata, through the webhook", async () => {
    const organization = await signUpSomebody(project());
    const customerId = await linkedId(organization);
    const [customer, ...others] = customersOf(stripe(), organization);
    expect(others).toEqual([]);
    expect(customer).toMatchObject({
      id: customerId,
      name: expect.stringMatching(/^Person \d+$/),
      email: expect.stringMatching(/^person-\d+@example\.com$/),
      metadata: {
        organization_id: organization,
        organization: expect.stringMatching(/^Organization \d+$/),
        industry: "testing",
        region: "eu-west",
        user_id: expect.any(String),
        environment: "staging",
      },
    });
  });

  test("a changed organization reaches Stripe", async () => {
    const organization = await signUpSomebody(project());
    await linkedId(organization);
    await project().sql`
      update public.organizations set industry = 'aviation', region = null where id = ${organization}`;
    await vi.waitFor(
      () => {
        const [customer] = customersOf(stripe(), organization);
        expect(customer?.metadata.industry).toBe("aviation");
      },
      { timeout: 20_000, interval: 50 },
    );
  });

  test("a second update changes nothing", async () => {
    const { exitCode, output } = await stack.run(
      "up",
      "--yes",
      "--skip-preview",
      "--expect-no-changes",
    );
    expect(output).not.toMatch(/error/i);
    expect(exitCode).toBe(0);
  });

  test("a refresh finds nothing changed by hand", async () => {
    const { exitCode, output } = await stack.run(
      "refresh",
      "--preview-only",
      "--expect-no-changes",
      "--diff",
    );
    expect(output).not.toMatch(/^\s*~ /m);
    expect(exitCode).toBe(0);
  });

  test("a changed Worker source changes exactly version, rollout, deployment and live check", async () => {
    const source = join(stack.project, "worker", "index.ts");
    const before = await readFile(source, "utf8");
    await appendFile(source, "\nObject.assign(globalThis, { changed: true });\n");
    const { steps } = readPlan(await stack.run("preview", "--json"));
    expect(changesIn(steps)).toEqual(
      [
        `replace ${DEPLOYMENT}`,
        `replace ${VERSION}`,
        `update ${LIVE_CHECK}`,
        `update ${ROLLOUT}`,
      ].sort(),
    );
    const version = steps.find(({ urn }) => resourceOf(urn).type === VERSION);
    const tags = [version?.oldState, version?.newState].map(
      (state) => (state?.inputs.annotations as Record<string, string> | undefined)?.workersTag,
    );
    expect(new Set(tags).size).toBe(2);
    for (const tag of tags) expect(tag).toMatch(/^[0-9a-f]{64}$/);
    await writeFile(source, before);
  });

  test("a changed webhook token changes exactly what holds it, and no sign-up is lost", async () => {
    await stack.set({ secret: { webhookToken: "fake-changed-webhook-token-of-a-test" } });
    expect(await plannedChanges(stack)).toEqual(
      [
        `replace ${DEPLOYMENT}`,
        `replace ${VERSION}`,
        `update ${LIVE_CHECK}`,
        `update ${ROLLOUT}`,
        `update ${VAULT_SECRET}`,
      ].sort(),
    );
    await up();
    expect((await stack.outputs()).versionId).toBe(
      cloudflare().deployments(WORKER)[0]?.versions[0]?.version_id,
    );
    await linkedId(await signUpSomebody(project()));
  });

  test("the state holds none of the secrets in plain", async () => {
    const state = await stack.state();
    expect(state).toContain(WORKER);
    for (const secret of stack.secrets) expect(state).not.toContain(secret);
    expect(state).not.toContain("whsec_");
    // The Worker's token, which the stack made, and the key that signed it.
    expect(state).toContain("supabase:index:RoleToken");
    expect(state).not.toMatch(/eyJ[\w-]+\.eyJ|PRIVATE KEY/);
    // A binding's text might be encoded: in base64 at any of the three alignments.
    for (const secret of stack.secrets) {
      expect(state).not.toContain(Buffer.from(secret).toString("base64").slice(0, 16));
    }
  });

  test("destroy removes what the stack made and leaves organizations, ids and customers", async () => {
    const before = await project().sql`
      select id, stripe_customer_id from public.organizations order by id`;
    const customers = stripe().customers();
    expect(customers.length).toBeGreaterThan(0);

    const { exitCode, output } = await stack.run("destroy", "--yes");
    expect(output).not.toMatch(/error:/i);
    expect(exitCode).toBe(0);

    expect(cloudflare().workerNames()).toEqual([]);
    expect(stripe().webhookEndpoints()).toEqual([]);
    const [schema] = await project().sql`select to_regnamespace('stripe_sync') as found`;
    expect(schema?.found).toBeNull();
    const triggers = await project().sql`
      select tgname from pg_trigger
      where tgrelid = 'public.organizations'::regclass and not tgisinternal`;
    expect(triggers).toHaveLength(0);
    expect(
      await project().sql`
      select id, stripe_customer_id from public.organizations order by id`,
    ).toEqual(before);
    expect(stripe().customers()).toEqual(customers);
    await expect(signUpSomebody(project())).resolves.toEqual(expect.any(String));
  });
});
