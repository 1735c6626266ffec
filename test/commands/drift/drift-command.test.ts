import { afterAll, beforeAll, expect, test } from "vitest";
import type { DriftReport } from "../../../commands/drift/drift-report.ts";
import { sandboxTenant } from "../../../local/tenants.ts";
import { startTestCloud, type TestCloud } from "../../stacks/engine/test-cloud.ts";
import { createTestStack, type TestStack } from "../../stacks/engine/test-stack.ts";
import { checkoutWithCommands } from "./checkout-with-commands.ts";

const WORKER = "stripe-customer-sync-staging";

let running: TestCloud;
let stack: TestStack;
let run: Awaited<ReturnType<typeof checkoutWithCommands>>;
/** What the first report of the change by hand says. */
let knownSince: string;

const cloudflare = () => running.cloud.cloudflare.account(sandboxTenant.cloudflare.accountId);

async function report(): Promise<DriftReport> {
  const { stdout } = await run("drift.ts", "--stack", "staging", "--json");
  return JSON.parse(stdout) as DriftReport;
}

beforeAll(async () => {
  running = await startTestCloud([sandboxTenant]);
  stack = await createTestStack({ test: running, tenant: sandboxTenant, stack: "staging" });
  run = await checkoutWithCommands(running, stack);
  const { exitCode, output } = await stack.run("up", "--yes", "--skip-preview");
  if (exitCode !== 0) throw new Error(output);
});

afterAll(async () => {
  await running?.close();
});

test("a clean stack: exit code 0, with what was looked at", async () => {
  const { exitCode, stdout, stderr } = await run("drift.ts", "--stack", "staging");
  expect(exitCode, stdout + stderr).toBe(0);
  expect(stdout).toContain("Stack staging: no drift.");
  expect(stdout).toMatch(
    /Looked at 11 resources:\n.*LiveCheck live-check, RoleToken worker-key-1, Rollout sync-worker,/,
  );
  expect(stdout).toContain("No look sees:");
});

test("a change by hand: exit code 2, fingerprints for a secret, the command that repairs it", async () => {
  await cloudflare().putSecret(WORKER, "STRIPE_API_KEY", "rk_runningfake_put_by_hand");
  const { exitCode, stdout } = await run("drift.ts", "--stack", "staging");
  expect(exitCode).toBe(2);
  knownSince = /LiveCheck live-check: changed \(known since (2\S+)\)/.exec(stdout)?.[1] ?? "";
  expect(Date.parse(knownSince)).not.toBeNaN();
  expect(stdout).toMatch(/fingerprints\.STRIPE_API_KEY: "[0-9a-f]{16}" => "[0-9a-f]{16}"/);
  expect(stdout).toMatch(/npx pulumi up -s staging --refresh --replace 'urn:\S+WorkerVersion::/);
  for (const secret of stack.secrets) expect(stdout).not.toContain(secret);
  expect(stdout).not.toContain("put_by_hand");
});

test("a later report remembers since when it is known, and adds what is not deployed", async () => {
  await stack.set({ plain: { pacePerSecond: "7" } });
  const { drift, undeployed, repair, lookedAt } = await report();
  expect(drift.map((finding) => finding.knownSince)).toEqual([knownSince]);
  expect(Date.parse(lookedAt)).toBeGreaterThan(Date.parse(knownSince));
  expect(undeployed).toEqual([
    expect.objectContaining({ name: "sync-schema", type: "supabase:index:SqlSchema" }),
  ]);
  expect(repair).toHaveLength(1);
  await stack.set({ plain: { pacePerSecond: "20" } });
});

test("a cloud that does not answer: what could not be looked at is named, the rest is reported", async () => {
  await running.cloud.stripe.close();
  const found = await report();
  expect(found.outcome).toBe("drift");
  expect(found.coverage.couldNot).toContainEqual({
    what: "WebhookEndpoint stripe-events",
    why: expect.stringContaining("No answer from Stripe"),
  });
  expect(found.coverage.looked).not.toContain("WebhookEndpoint stripe-events");
});

test("nothing but a silent cloud: exit code 1", async () => {
  const { exitCode, stderr, stdout } = await run("drift.ts", "--stack", "nowhere");
  expect(exitCode, stderr).toBe(1);
  expect(stdout).toContain("could not look");
});
