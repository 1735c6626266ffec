import { appendFile, cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { liveTenant, sandboxTenant, type Tenant } from "../../../local/tenants.ts";
import { checkoutWithCommands } from "../../commands/drift/checkout-with-commands.ts";
import { commitCheckout } from "./commit-checkout.ts";
import { plannedChanges } from "./planned-changes.ts";
import { becomesLinked, signUpSomebody } from "./sign-ups.ts";
import { startTestCloud, type TestCloud } from "./test-cloud.ts";
import { createTestStack, type TestStack } from "./test-stack.ts";

const POLICY = join(import.meta.dirname, "..", "..", "..", "policy");
const DOMAIN = "cloudflare:index/workersCustomDomain:WorkersCustomDomain";
const FORGET = ["--target-dependents", "--force", "--yes"];
const WORKER = "stripe-customer-sync-production";

let running: TestCloud;
let staging: TestStack;
let production: TestStack;
let project: string;
let command: Awaited<ReturnType<typeof checkoutWithCommands>>;

const account = (tenant: Tenant) => running.cloud.cloudflare.account(tenant.cloudflare.accountId);
const stripe = () => running.cloud.stripe.account(liveTenant.stripe.accountId);
const database = () => running.cloud.supabase.project(liveTenant.supabase.ref);
const promote = (...args: string[]) => command("promote.ts", ...args);
const withPolicy = () => ["--policy-pack", join(project, "policy", "policy-pack")];

async function edit(file: string, from: string, to: string): Promise<void> {
  const path = join(project, file);
  const before = await readFile(path, "utf8");
  if (!before.includes(from)) throw new Error(`${file} does not contain ${from}`);
  await writeFile(path, before.replace(from, to));
}

async function succeed(stack: TestStack, ...args: string[]): Promise<string> {
  const { exitCode, output } = await stack.run(...args);
  if (exitCode !== 0) throw new Error(output);
  return output;
}

beforeAll(async () => {
  running = await startTestCloud([sandboxTenant, liveTenant]);
  staging = await createTestStack({ test: running, tenant: sandboxTenant, stack: "staging" });
  production = await createTestStack({
    test: running,
    tenant: liveTenant,
    stack: "production",
    besides: staging,
  });
  ({ project } = staging);
  await cp(POLICY, join(project, "policy"), { recursive: true });
  command = await checkoutWithCommands(running, staging);
  const { zoneId, zoneName } = liveTenant.cloudflare;
  await production.set({ plain: { domain: `sync.${zoneName}`, cloudflareZoneId: zoneId } });
});

afterAll(async () => {
  await running?.close();
});

// One change on its way from commit to production: the tests build on each other.
describe("from staging to production", () => {
  // Without the throw in stacks/require-staged-bundle.ts this would deploy.
  test("before staging has deployed anything an update of production changes nothing", async () => {
    const { exitCode, output } = await production.run("up", "--yes", "--skip-preview");
    expect(exitCode).not.toBe(0);
    expect(output).toContain("it has deployed nothing yet");
    expect(output).toContain("npx pulumi up -s staging");
    expect(output).not.toMatch(/^\s+at /m);
    expect(account(liveTenant).workerNames()).toEqual([]);
    expect(stripe().webhookEndpoints()).toEqual([]);
  });

  test("what staging runs goes on to production, byte for byte, on accounts of its own", async () => {
    const commit = await commitCheckout(project);
    await succeed(staging, "up", "--yes", "--skip-preview");
    await succeed(production, "up", "--yes", "--skip-preview", ...withPolicy());
    const [first, second] = [await staging.outputs(), await production.outputs()];
    expect(first.bundleDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(second.bundleDigest).toBe(first.bundleDigest);
    expect([first.gitCommit, second.gitCommit]).toEqual([commit, commit]);
    expect(await plannedChanges(production)).toEqual([]);
  });

  test("a failed live check in staging deploys nothing that production could take", async () => {
    const { bundleDigest } = await staging.outputs();
    await appendFile(join(project, "worker", "index.ts"), "\nvoid 0; globalThis.name = 'two';\n");
    await edit("stacks/deploy.ts", "[PULL_SCHEDULE]", '["7 7 7 7 7"], waitSeconds: 1');
    const failed = await staging.run("up", "--yes", "--skip-preview");
    expect(failed.exitCode).not.toBe(0);
    expect(failed.output).toContain("7 7 7 7 7");
    await edit("stacks/deploy.ts", '["7 7 7 7 7"], waitSeconds: 1', "[PULL_SCHEDULE]");
    // Without `checked` in the output of stacks/deploy.ts the new digest would stand here.
    expect((await staging.outputs()).bundleDigest).toBe(bundleDigest);
  });

  test("a bundle that staging does not run is stopped with the commit to deploy first", async () => {
    const commit = await commitCheckout(project);
    const { exitCode, output } = await production.run("preview", ...withPolicy());
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/\[mandatory\]\s+bundle-is-staged/);
    expect(output).toContain(`Deploy commit ${commit.slice(0, 12)} to staging first`);
    const promoted = await promote("--yes");
    expect(promoted.exitCode).toBe(1);
    expect(promoted.stderr).toContain(`Deploy commit ${commit.slice(0, 12)} to staging first`);
    expect(promoted.stderr).not.toMatch(/^\s+at /m);
  });

  test("the setting that lets it through shows in the preview", async () => {
    await production.set({ plain: { allowUnstagedBundle: "true" } });
    const output = await succeed(production, "preview", "--diff", ...withPolicy());
    expect(output).toMatch(/allowUnstagedBundle: false => true/);
    expect(output).toContain("allowUnstagedBundle lets this go on");
    await production.set({ plain: { allowUnstagedBundle: "false" } });
  });

  test("after staging, npm run promote shows what changes, updates, and says what is live", async () => {
    const commit = await commitCheckout(project);
    await succeed(staging, "up", "--yes", "--skip-preview");
    const { exitCode, stdout, stderr } = await promote("--from", "staging", "--yes");
    expect(exitCode, stdout + stderr).toBe(0);
    const { bundleDigest } = await staging.outputs();
    const [version] = account(liveTenant).deployments(WORKER)[0]?.versions ?? [];
    expect(stdout.match(/^ {2}(?:create|replace|update|delete) \w+ [\w-]+/gm)?.sort()).toEqual([
      "  replace WorkerVersion sync-worker",
      "  replace WorkersDeployment sync-worker",
      "  update LiveCheck live-check",
      "  update Promotion promotion",
      "  update Rollout sync-worker",
    ]);
    expect(stdout).toContain("Live in production, ");
    expect(stdout).toContain(
      `bundle ${bundleDigest?.slice(0, 12)} of commit ${commit.slice(0, 12)}`,
    );
    expect(stdout).toContain(`version 100 % ${version?.version_id}`);
    for (const secret of production.secrets) expect(stdout + stderr).not.toContain(secret);
    expect((await production.outputs()).bundleDigest).toBe(bundleDigest);
  });

  test.each([
    [[], "Nobody is here to confirm the update: add --yes"],
    [["--yes", "--from", "nightly"], "Stack production follows stack staging, not nightly"],
    [["--yes", "--to", "nowhere"], "Stack nowhere does not exist"],
  ])("npm run promote %j stops with one line", async (args, words) => {
    const { exitCode, stderr } = await promote(...args);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(words);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  test("a domain that only the state forgot is adopted", async () => {
    const before = join(running.folder, "production.json");
    await writeFile(before, await production.state());
    const urns = await production.urns();
    await succeed(production, "state", "delete", urns(DOMAIN), ...FORGET);
    expect(await plannedChanges(production)).toContain(`import ${DOMAIN}`);
    await succeed(production, "stack", "import", "--file", before);
  });

  test("production cannot be destroyed by mistake, and the way out is named", async () => {
    await becomesLinked(database(), await signUpSomebody(database()));
    const { exitCode, output } = await production.run("destroy", "--yes", "--skip-preview");
    expect(exitCode).not.toBe(0);
    expect(output).toContain("pulumi state unprotect");
    expect(account(liveTenant).workerNames()).toEqual([WORKER]);
    expect(account(liveTenant).domains()).toHaveLength(1);
    expect(stripe().webhookEndpoints()).toHaveLength(1);
    // Without `protect` on the webhook in stacks/deploy.ts the doorbell would be gone by now.
    await becomesLinked(database(), await signUpSomebody(database()));
  });

  test("unprotected it goes, with its domain; organizations, ids and customers stay", async () => {
    const organizations = () =>
      database().sql`select id, stripe_customer_id from public.organizations order by id`;
    const before = await organizations();
    const customers = stripe().customers();
    await succeed(production, "state", "unprotect", "--all", "--yes");
    await succeed(production, "destroy", "--yes", "--skip-preview");
    expect(account(liveTenant).workerNames()).toEqual([]);
    expect(account(liveTenant).domains()).toEqual([]);
    expect(stripe().webhookEndpoints()).toEqual([]);
    expect(await organizations()).toEqual(before);
    expect(stripe().customers()).toEqual(customers);
    expect(customers).toHaveLength(2);
  });
});
