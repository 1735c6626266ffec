import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { liveTenant, sandboxTenant } from "../../local/tenants.ts";
import { startTestCloud, type TestCloud } from "../stacks/engine/test-cloud.ts";
import { createTestStack, type TestStack } from "../stacks/engine/test-stack.ts";

const POLICY = join(import.meta.dirname, "..", "..", "policy");
/** As an absolute path: the engine starts it in the folder of the program, not in the project's. */
const withPolicy = ({ project }: TestStack) => [
  "--policy-pack",
  join(project, "policy", "policy-pack"),
];

/** Where the helper that takes the mark away is put in. */
const NAMES = "/** The names of all bindings";
const NOT_SECRET =
  "const notSecret = (values: unknown[]) => pulumi.unsecret(pulumi.output(values));";

let running: TestCloud;
let staging: TestStack;
let production: TestStack;

beforeAll(async () => {
  running = await startTestCloud([sandboxTenant, liveTenant]);
  staging = await createTestStack({ test: running, tenant: sandboxTenant, stack: "staging" });
  production = await createTestStack({ test: running, tenant: liveTenant, stack: "production" });
  for (const { project } of [staging, production]) {
    await cp(POLICY, join(project, "policy"), { recursive: true });
  }
});

afterAll(async () => {
  await running?.close();
});

/** Changes a source of the checkout; fails when there is nothing to change. */
async function edit(stack: TestStack, file: string, from: string, to: string): Promise<void> {
  const path = join(stack.project, file);
  const before = await readFile(path, "utf8");
  if (!before.includes(from)) throw new Error(`${file} does not contain ${from}`);
  await writeFile(path, before.replaceAll(from, to));
}

test("an update that keeps all rules goes through", async () => {
  const up = ["up", "--yes", "--skip-preview"];
  const { exitCode, output } = await staging.run(...up, ...withPolicy(staging));
  expect(exitCode, output).toBe(0);
  expect(output).not.toMatch(/\[mandatory\]/);
});

test("a preview that breaks the rules is stopped, with a message for each", async () => {
  const { accountId } = sandboxTenant.cloudflare;
  const taken = `config:
  stripe-customer-sync:cloudflareAccountId: "${accountId}"
  stripe-customer-sync:workerName: stripe-customer-sync-staging`;
  const shares = "[{ versionId: rollout.liveVersionId, percentage: 90 }]";
  await edit(staging, "infra/sync-worker.ts", "rollout.shares", shares);
  await edit(staging, "infra/sync-worker.ts", '"2026-07-30"', '"2024-07-30"');
  await edit(staging, "infra/sync-worker.ts", 'additionalSecretOutputs: ["bindings"]', "");
  await edit(staging, "infra/worker-bindings.ts", 'type: "secret_text"', 'type: "plain_text"');
  // This alone would leave every key in plain in the state.
  await edit(staging, "infra/worker-bindings.ts", "pulumi.secret(bindings)", "notSecret(bindings)");
  await edit(staging, "infra/worker-bindings.ts", NAMES, `${NOT_SECRET}\n${NAMES}`);
  await edit(staging, "stacks/deploy.ts", "String(environment.livemode)", '"true"');
  await edit(staging, "stacks/deploy.ts", "}/webhooks/supabase", "}.evil.example/webhooks");
  await edit(staging, "Pulumi.production.yaml", "config:", taken);

  const { exitCode, output } = await staging.run("preview", ...withPolicy(staging));

  expect(exitCode).not.toBe(0);
  expect(output).toContain("additionalSecretOutputs");
  expect(output).toContain("The bindings are not marked secret");
  expect(output).toContain("STRIPE_API_KEY is plain_text and looks like a secret");
  expect(output).toContain("The compatibility date is 2024-07-30");
  expect(output).toContain("90 % = 90 % of the requests");
  expect(output).toContain("LIVEMODE is true, but environment staging belongs to test mode");
  expect(output).toContain("The Worker stripe-customer-sync-staging belongs to stack production");
  expect(output).toMatch(/URL leads to \S*evil\.example, which is not this stack's Worker/);
  for (const secret of staging.secrets) expect(output).not.toContain(secret);
});

test("production without protection or logs is stopped", async () => {
  await edit(production, "stacks/environments/production.ts", "protect: true", "protect: false");
  await production.set({ plain: { observability: "false" } });
  const { exitCode, output } = await production.run("preview", ...withPolicy(production));
  expect(exitCode).not.toBe(0);
  expect(output).toContain("sync-worker is not protected");
  expect(output).toContain("sync-schema is not protected");
  expect(output).toContain("Observability is off");
});
