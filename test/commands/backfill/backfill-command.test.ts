import Stripe from "stripe";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sandboxTenant } from "../../../local/tenants.ts";
import { customerIdOf, customersOf, signUpSomebody } from "../../stacks/engine/sign-ups.ts";
import { startTestCloud, type TestCloud } from "../../stacks/engine/test-cloud.ts";
import { createTestStack } from "../../stacks/engine/test-stack.ts";
import { checkoutWithCommands } from "../drift/checkout-with-commands.ts";

const WORKER = "stripe-customer-sync-staging";
const HOUR_MS = 3_600_000;

let running: TestCloud;
let run: Awaited<ReturnType<typeof checkoutWithCommands>>;
let olderTool: Stripe;
let older: { created: string; adopted: string; dead: string; customer: string };
/** Signed up before the sync was there: the first one has a customer in Stripe. */
let before: { adopted: string; customer: string; plain: string };

const project = () => running.cloud.supabase.project(sandboxTenant.supabase.ref);
const account = () => running.cloud.stripe.account(sandboxTenant.stripe.accountId);
const worker = () => running.cloud.cloudflare.account(sandboxTenant.cloudflare.accountId);
const backfill = (...args: string[]) => run("backfill.ts", "--stack", "staging", ...args);

/** What a tool did that kept the customers before the sync; it wrote no id into the row. */
async function madeByOlderTool(organization: string): Promise<string> {
  const [owner] = await project().sql<{ email: string }[]>`
    select email from auth.users u join public.organizations o on o.owner_id = u.id
    where o.id = ${organization}`;
  const { id } = await olderTool.customers.create({
    email: owner?.email ?? "",
    metadata: { organization_id: organization },
  });
  return id;
}

/** Signs somebody up behind the back of the triggers: as if before the installation. */
async function signedUpBefore(): Promise<string> {
  const organization = await signUpSomebody(project());
  await project().sql`delete from stripe_sync.jobs where organization_id = ${organization}`;
  return organization;
}

async function everything(): Promise<string> {
  const organizations = await project().sql`select * from public.organizations order by id`;
  const jobs = await project().sql`select * from stripe_sync.jobs order by organization_id`;
  return JSON.stringify([organizations, jobs, account().customers()]);
}

beforeAll(async () => {
  running = await startTestCloud([sandboxTenant]);
  const { hostname, port } = new URL(running.cloud.stripe.url);
  olderTool = new Stripe(sandboxTenant.stripe.secretKey, {
    host: hostname,
    port,
    protocol: "http",
  });
  // Search does not show what is younger.
  account().searchLagMs = HOUR_MS;
  const [adopted, plain] = [await signUpSomebody(project()), await signUpSomebody(project())];
  before = { adopted, plain, customer: await madeByOlderTool(adopted) };

  const stack = await createTestStack({ test: running, tenant: sandboxTenant, stack: "staging" });
  run = await checkoutWithCommands(running, stack);
  const { exitCode, output } = await stack.run("up", "--yes", "--skip-preview");
  if (exitCode !== 0) throw new Error(output);
  // The pulls are this test's own: one at the turn of a minute would work on while it looks.
  await worker().setSchedules(WORKER, ["0 0 1 1 *"]);
});

afterAll(async () => {
  await running?.close();
});

// Take `must_reconcile` out of the insert in stripe_sync.ensure_jobs() to see this fail: the pull
// right after the installation makes a second customer, long before anybody asks for a backfill.
test("the first pull after the installation adopts what an older tool made, and doubles nobody", async () => {
  await worker().runCron(WORKER);
  await expect
    .poll(() => customerIdOf(project(), before.plain), { timeout: 20_000 })
    .not.toBeNull();
  await expect
    .poll(() => customerIdOf(project(), before.adopted), { timeout: 20_000 })
    .toBe(before.customer);
  for (const organization of [before.adopted, before.plain]) {
    expect(customersOf(account(), organization)).toHaveLength(1);
  }
});

test("a dry run says what would be created, adopted and left alone, and changes nothing", async () => {
  await worker().stop(WORKER);
  const [created, adopted, dead] = [
    await signedUpBefore(),
    await signedUpBefore(),
    await signedUpBefore(),
  ];
  const customer = await madeByOlderTool(adopted);
  older = { created, adopted, dead, customer };
  await project().sql`
    insert into stripe_sync.jobs (organization_id, state) values (${dead}, 'dead')`;
  const state = await everything();
  const { exitCode, stdout, stderr } = await backfill("--dry-run");
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toMatch(/would be created +│ 1 /);
  expect(stdout).toMatch(/would be adopted +│ 1 /);
  expect(stdout).toMatch(/left alone +│ 2 +│ linked already/);
  expect(stdout).toMatch(/left alone +│ 1 +│ dead/);
  expect(stdout).toContain(`Would be adopted:\n  ${adopted} ${customer}\n`);
  expect(await everything()).toBe(state);

  await project().sql`delete from stripe_sync.jobs where organization_id = ${dead}`;
  await worker().start(WORKER);
});

test("the backfill waits for the Worker, which creates and adopts as the dry run said", async () => {
  let isOver = false;
  const finished = backfill().finally(() => {
    isOver = true;
  });
  for (let pulls = 0; pulls < 20 && !isOver; pulls += 1) {
    await worker().runCron(WORKER);
    await Promise.race([finished, new Promise((resolve) => setTimeout(resolve, 1_000))]);
  }
  const ended = await finished;
  expect(ended.exitCode, ended.stdout + ended.stderr).toBe(0);
  expect(ended.stdout).toContain("Stack staging: every organization has its customer.");
  expect(await customerIdOf(project(), older.adopted)).toBe(older.customer);
  for (const organization of [older.created, older.adopted, older.dead]) {
    expect(customersOf(account(), organization)).toHaveLength(1);
  }
});
