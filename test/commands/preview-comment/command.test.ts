import { appendFile, cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { sandboxTenant } from "../../../local/tenants.ts";
import { startTestCloud, type TestCloud } from "../../stacks/engine/test-cloud.ts";
import { createTestStack, type TestStack } from "../../stacks/engine/test-stack.ts";
import { checkoutWithCommands } from "../drift/checkout-with-commands.ts";

const WORKER = "stripe-customer-sync-staging";
const POLICY = join(import.meta.dirname, "..", "..", "..", "policy");

let running: TestCloud;
let stack: TestStack;
let run: Awaited<ReturnType<typeof checkoutWithCommands>>;

beforeAll(async () => {
  running = await startTestCloud([sandboxTenant]);
  stack = await createTestStack({ test: running, tenant: sandboxTenant, stack: "staging" });
  await cp(POLICY, join(stack.project, "policy"), { recursive: true });
  run = await checkoutWithCommands(running, stack);
  // As in a workflow: the token comes from the environment.
  await stack.run("config", "rm", "cloudflare:apiToken");
  vi.stubEnv("CLOUDFLARE_API_TOKEN", sandboxTenant.cloudflare.apiToken);
  const { exitCode, output } = await stack.run("up", "--yes", "--skip-preview");
  if (exitCode !== 0) throw new Error(output);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await running?.close();
});

// In stacks/settings.ts, take `apiToken` from `values` instead of `config`: then the state has it.
test("a token from the environment is not kept in the state, so that another may take its place", async () => {
  const { deployment } = JSON.parse(await stack.state()) as {
    deployment: { resources: { type: string; inputs?: Record<string, unknown> }[] };
  };
  const provider = deployment.resources.find(({ type }) => type === "pulumi:providers:live-worker");
  expect(provider?.inputs).toBeDefined();
  expect(provider?.inputs).not.toHaveProperty("apiToken");
});

// One change of everything at once, and one preview for all that must be seen of it. In
// preview-stack.ts, leave out `--event-log`: no policy is named. Leave out `refresh`: nothing by hand.
test("the real engine's preview of code, a secret, a policy and a change by hand in one comment", async () => {
  await appendFile(
    join(stack.project, "worker", "index.ts"),
    "\nObject.assign(globalThis, { changed: true });\n",
  );
  await stack.set({ secret: { webhookToken: "fake-changed-webhook-token-of-a-test" } });
  await appendFile(
    join(stack.project, "Pulumi.production.yaml"),
    `\n  stripe-customer-sync:cloudflareAccountId: "${sandboxTenant.cloudflare.accountId}"\n  stripe-customer-sync:workerName: ${WORKER}\n`,
  );
  const account = running.cloud.cloudflare.account(sandboxTenant.cloudflare.accountId);
  await account.putSecret(WORKER, "STRIPE_API_KEY", "rk_runningfake_put_by_hand");

  const found = await run("preview-comment.ts", "--stack", "staging", "--json");
  const file = join(running.folder, "staging.json");
  await writeFile(file, found.stdout);
  const { exitCode, stdout, stderr } = await run("preview-comment.ts", file);

  expect(found.exitCode, found.stderr).toBe(1);
  expect(exitCode, stderr).toBe(1);
  expect(stdout).toContain("| staging | **Stopped by policy** | 0 | 3 | 2 | 0 |");
  expect(stdout).toContain("Policy `route-is-own`, `Worker sync-worker`:");
  expect(stdout).toContain(`The Worker ${WORKER} belongs to stack production too`);
  expect(stdout).toContain("- `LiveCheck live-check` was changed: `fingerprints.STRIPE_API_KEY`");
  expect(stdout).toMatch(/bundle `[0-9a-f]{12}` becomes `[0-9a-f]{12}`/);
  expect(stdout).toContain("- Requests go to: `the new version 100 %`");
  expect(stdout).toMatch(
    /- Worker `WEBHOOK_TOKEN` changes, fingerprint `[0-9a-f]{16}` becomes `[0-9a-f]{16}`/,
  );
  expect(stdout).toContain("- Worker `STRIPE_API_KEY` was changed by hand and gets the stack's");
  expect(stdout).toMatch(/- Vault `organizations_stripe_customer_sync_token` changes/);
  for (const secret of [...stack.secrets, "put_by_hand"]) {
    expect(found.stdout + stdout).not.toContain(secret);
  }
});

test("what cannot be previewed or read is said in one line or in the comment", async () => {
  const [nowhere, unnamed, unreadable] = await Promise.all([
    run("preview-comment.ts", "--stack", "nowhere"),
    run("preview-comment.ts"),
    run("preview-comment.ts", "package.json"),
  ]);
  expect(nowhere.exitCode).toBe(1);
  expect(nowhere.stdout).toContain("| nowhere | **The preview failed** |");
  expect(nowhere.stdout).toContain("no stack named 'nowhere' found");
  expect(unnamed).toMatchObject({ exitCode: 1, stdout: "" });
  expect(unnamed.stderr).toMatch(/^Name the stacks .*\n$/);
  expect(unreadable).toMatchObject({ exitCode: 1, stdout: "" });
  expect(unreadable.stderr).toMatch(/^package\.json is not what --json writes\. .*\n$/);
});
