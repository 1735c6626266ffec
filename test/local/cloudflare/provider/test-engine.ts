import { cpSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { quietEngineHome } from "../../../../commands/engine/engine-home.ts";
import { type EngineResult, runEngine } from "../../../../commands/engine/run-engine.ts";
import type { CloudflareCloud } from "../../../../local/cloudflare/index.ts";
import { type AtTheEnd, sandbox, temporaryFolder } from "../start-test-cloud.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..", "..");

/** The real engine with a stack of its own, attached to a test cloud's provider. */
export interface TestEngine {
  /** Runs a command on the stack. */
  run(...args: string[]): Promise<EngineResult>;
  /** As `run`, but fails on any other exit code than 0. */
  succeed(...args: string[]): Promise<string>;
  configure(values: Readonly<Record<string, string>>): Promise<void>;
  /** Lines `<operation> <resource name>` of a preview, without what stays the same. */
  plan(...args: string[]): Promise<string[]>;
  /** The state file's text. */
  state(): string;
}

export const FAKE_KEY = "fake-key-before";
/** A Worker that answers with its key. */
export const FAKE_SOURCE = "export default { fetch: (request, env) => new Response(env.KEY) };";

/** @param configuration what differs from the stack's usual settings */
export async function startTestEngine(
  cloud: CloudflareCloud,
  configuration: Readonly<Record<string, string>> = {},
  atTheEnd?: AtTheEnd,
): Promise<TestEngine> {
  const folder = temporaryFolder(atTheEnd);
  const program = join(folder, "program");
  cpSync(join(import.meta.dirname, "program"), program, { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(program, "node_modules"));
  const backend = join(folder, "backend");
  mkdirSync(backend);
  const environment = {
    PULUMI_BACKEND_URL: `file://${backend}`,
    PULUMI_HOME: await quietEngineHome(folder),
    PULUMI_CONFIG_PASSPHRASE: "fake-passphrase",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_DEBUG_PROVIDERS: `cloudflare:${cloud.providerPort}`,
  };

  const run: TestEngine["run"] = (...args) =>
    runEngine([...args, "--non-interactive"], { folder: program, environment, show: false });
  const succeed: TestEngine["succeed"] = async (...args) => {
    const { exitCode, output } = await run(...args);
    if (exitCode !== 0) throw new Error(`pulumi ${args.join(" ")} failed:\n${output}`);
    return output;
  };
  const configure: TestEngine["configure"] = async (values) => {
    const secrets = ["key", "cloudflare:apiToken"];
    const pairs = Object.entries(values).flatMap(([name, value]) => [
      secrets.includes(name) ? "--secret" : "--plaintext",
      `${name}=${value}`,
    ]);
    await succeed("config", "set-all", ...pairs, "--stack", "test");
  };

  await succeed("stack", "init", "test");
  await configure({
    "cloudflare:apiToken": sandbox.apiToken,
    "cloudflare:baseUrl": cloud.apiUrl,
    accountId: sandbox.accountId,
    zoneId: sandbox.zoneId,
    workerName: "worker",
    hostname: `api.${sandbox.zoneName}`,
    pattern: `${sandbox.zoneName}/hook/*`,
    source: FAKE_SOURCE,
    key: FAKE_KEY,
    ...configuration,
  });
  return {
    run,
    succeed,
    configure,
    plan: async (...args) => {
      const output = await succeed("preview", "--json", ...args);
      const { steps = [] } = JSON.parse(output) as { steps?: { op: string; urn: string }[] };
      return steps
        .filter(({ op }) => op !== "same" && op !== "read")
        .map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`)
        .sort();
    },
    state: () =>
      readFileSync(join(backend, ".pulumi", "stacks", "cloudflare-resources", "test.json"), "utf8"),
  };
}
