import { cp, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { localEngineEnvironment } from "../../../commands/engine/local-environment.ts";
import { type EngineResult, runEngine } from "../../../commands/engine/run-engine.ts";
import type { Tenant } from "../../../local/tenants.ts";
import { recordSecret } from "../../nothing-out/record.ts";
import type { TestCloud } from "./test-cloud.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const PROJECT_FILES = [
  "Pulumi.yaml",
  "Pulumi.staging.yaml",
  "Pulumi.production.yaml",
  "package.json",
  "stacks",
  "infra",
  "worker",
  "database",
  "providers",
];

/** A stack of this project in a checkout of its own, deployed to a test cloud by the real engine. */
export interface TestStack {
  /** The checkout; a test may change its sources. */
  readonly project: string;
  /** Every secret that the stack was given. */
  readonly secrets: readonly string[];
  /** Runs any engine command on this stack and captures what it prints. */
  run(...args: string[]): Promise<EngineResult>;
  set(values: { plain?: Record<string, string>; secret?: Record<string, string> }): Promise<void>;
  /** The stack's state as the engine keeps it, secrets encrypted. */
  state(): Promise<string>;
  outputs(): Promise<Record<string, string>>;
  /** Finds the URN of the one resource of a type. */
  urns(): Promise<(type: string) => string>;
}

export interface TestStackOptions {
  readonly test: TestCloud;
  readonly tenant: Tenant;
  readonly stack: "staging" | "production";
  /** Another stack whose checkout this one shares; else it gets one of its own. */
  readonly besides?: TestStack;
}

export async function createTestStack(options: TestStackOptions): Promise<TestStack> {
  const { test, tenant, stack } = options;
  const project = options.besides?.project ?? join(test.folder, `checkout-${stack}`);
  if (options.besides === undefined) await checkOut(project);

  const environment = await localEngineEnvironment({
    stateFolder: test.folder,
    cloudflareProviderPort: test.cloud.cloudflare.providerPort,
  });
  const run = (...args: string[]) =>
    runEngine([...args, "-s", stack, "--non-interactive"], {
      environment,
      show: false,
      folder: project,
    });
  const secret = secretSettings(tenant);
  const secrets = [...Object.values(secret)];
  const set: TestStack["set"] = async ({ plain = {}, secret: changed = {} }) => {
    secrets.push(...Object.values(changed));
    for (const value of Object.values(changed)) recordSecret(value);
    const pairs = (flag: string, values: Record<string, string>) =>
      Object.entries(values).flatMap(([key, value]) => [flag, `${key}=${value}`]);
    await succeed(
      run("config", "set-all", ...pairs("--plaintext", plain), ...pairs("--secret", changed)),
    );
  };
  await succeed(
    runEngine(["stack", "init", stack, "--non-interactive"], {
      environment,
      show: false,
      folder: project,
    }),
  );
  await set({ plain: plainSettings(test, tenant, stack), secret });

  return {
    project,
    secrets,
    run,
    set,
    urns: async () => {
      const { deployment } = JSON.parse((await succeed(run("stack", "export"))).output) as {
        deployment: { resources: { urn: string; type: string }[] };
      };
      return (type) => {
        const found = deployment.resources.filter((resource) => resource.type === type);
        if (found.length !== 1) throw new Error(`the stack has ${found.length} of ${type}`);
        return found[0]?.urn ?? "";
      };
    },
    state: async () => (await succeed(run("stack", "export"))).output,
    outputs: async () =>
      JSON.parse((await succeed(run("stack", "output", "--json"))).output) as Record<
        string,
        string
      >,
  };
}

async function checkOut(project: string): Promise<void> {
  await mkdir(project, { recursive: true });
  for (const file of PROJECT_FILES) {
    await cp(join(ROOT, file), join(project, file), { recursive: true });
  }
  await symlink(join(ROOT, "node_modules"), join(project, "node_modules"));
}

async function succeed(running: Promise<EngineResult>): Promise<EngineResult> {
  const result = await running;
  if (result.exitCode !== 0) throw new Error(`the engine failed:\n${result.output}`);
  return result;
}

function plainSettings(
  { cloud }: TestCloud,
  tenant: Tenant,
  stack: string,
): Record<string, string> {
  const project = cloud.supabase.project(tenant.supabase.ref);
  return {
    environment: stack,
    cloudflareAccountId: tenant.cloudflare.accountId,
    workersDevSubdomain: tenant.cloudflare.workersDevSubdomain,
    workersEndpoint: cloud.cloudflare.workersUrl,
    "cloudflare:baseUrl": cloud.cloudflare.apiUrl,
    supabaseProjectRef: tenant.supabase.ref,
    supabaseUrl: project.url,
    supabasePublishableKey: project.publishableKey,
    "supabase:endpoint": cloud.supabase.url,
    stripeAccount: tenant.stripe.accountId,
    "stripe:apiBase": cloud.stripe.url,
  };
}

function secretSettings(tenant: Tenant): Record<string, string> {
  return {
    "cloudflare:apiToken": tenant.cloudflare.apiToken,
    "supabase:accessToken": tenant.supabase.accessToken,
    "stripe:apiKey": tenant.stripe.secretKey,
    stripeWorkerKey: tenant.stripe.restrictedKey,
    webhookToken: "fake-webhook-token-of-a-test-stack",
    operatorToken: "fake-operator-token-of-a-test-stack",
    fingerprintKey: "fake-fingerprint-key-of-a-test-stack",
  };
}
