import { beforeAll, expect, test } from "vitest";
import type { CloudflareCloud } from "../../../../local/cloudflare/index.ts";
import { EngineClient } from "../../../providers/kit/engine-client.ts";
import { atTheEndOfFile, sandbox, startTestCloud } from "../start-test-cloud.ts";
import { FAKE_KEY, FAKE_SOURCE, startTestEngine, type TestEngine } from "./test-engine.ts";

/** Many processes, on a machine that may be busy: the limit ends a hang, no more. */
const SLOW = { timeout: 240_000 };

const UP = ["up", "--yes", "--skip-preview"];
const CHECK_DRIFT = ["refresh", "--preview-only", "--expect-no-changes", "--diff"];

let cloud: CloudflareCloud;
let engine: TestEngine;
const atTheEnd = atTheEndOfFile();
const account = () => cloud.account(sandbox.accountId);

// One stack for all of these, each test goes on where the one before left it: every run of the
// engine costs seconds of processor time.
beforeAll(async () => {
  cloud = await startTestCloud({}, atTheEnd);
  engine = await startTestEngine(cloud, { source: "export default { fetch({}" }, atTheEnd);
});

async function answer(): Promise<Response> {
  return fetch(`${cloud.workersUrl}/api.${sandbox.zoneName}/`);
}

test("a deployment that is refused leaves a state that the next update repairs", SLOW, async () => {
  const failed = await engine.run(...UP);
  expect(failed.exitCode).not.toBe(0);
  expect(failed.output).toMatch(/creating the version: 400/);
  expect(failed.output).toMatch(/Uncaught SyntaxError/);

  await engine.configure({ source: FAKE_SOURCE });
  await engine.succeed(...UP);
  expect(await (await answer()).text()).toBe(FAKE_KEY);
});

test("refresh names what was changed by hand, and an update repairs it", SLOW, async () => {
  const [route] = account().routes();
  const [domain] = account().domains();
  if (!route || !domain) throw new Error("The route or the domain was not made.");

  await account().updateWorker("worker", { observability: { enabled: false } });
  await account().updateRoute(route.id, {
    pattern: `${sandbox.zoneName}/other/*`,
    script: "worker",
  });
  await account().deleteDomain(domain.id);

  const drift = await engine.run(...CHECK_DRIFT);
  expect(drift.exitCode).not.toBe(0);
  expect(drift.output).toMatch(/observability/);
  expect(drift.output).toMatch(/hook\/\*" => "[^"]*other\/\*"/);
  expect(drift.output).toMatch(/- cloudflare:index\/workersCustomDomain:WorkersCustomDomain/);

  await engine.succeed(...UP, "--refresh");
  expect(account().worker("worker").settings.observability.enabled).toBe(true);
  expect(account().routes()).toEqual([route]);
  expect(account().domains()).toEqual([expect.objectContaining({ hostname: domain.hostname })]);
});

test("refresh is as blind as the official provider to what is live", SLOW, async () => {
  await account().putSecret("worker", "KEY", "fake-key-by-hand");
  await account().putSecret("worker", "ADDED", "fake-key-added");
  await account().putPlainText("worker", "NAME", "by hand");
  await account().setSchedules("worker", []);

  await engine.succeed(...CHECK_DRIFT); // nor is anything left of the repair before

  // What it does not see is repaired by replacing the resources, in one run. The version from
  // before the secrets is refused, as the platform refuses it; a new version is not.
  const replace = (type: string, name: string) => [
    "--replace",
    `urn:pulumi:test::cloudflare-resources::cloudflare:index/${type}::${name}`,
  ];
  const deployment = replace("workersDeployment:WorkersDeployment", "deployment");
  const refused = await engine.run(...UP, ...deployment);
  expect(refused.output).toMatch(/secrets have changed: ADDED, KEY/);
  const cron = replace("workersCronTrigger:WorkersCronTrigger", "cron");
  await engine.succeed(...UP, ...cron, ...replace("workerVersion:WorkerVersion", "version"));
  expect(account().schedules("worker")).toEqual(["* * * * *"]);
  expect(await (await answer()).text()).toBe(FAKE_KEY);
});

test("a renamed Worker is updated in place, and what names it is replaced", SLOW, async () => {
  const before = account().worker("worker");

  await engine.configure({ workerName: "renamed" });
  expect(await engine.plan()).toEqual([
    "replace cron",
    "replace deployment",
    "replace domain",
    "update route",
    "update worker",
  ]);
  await engine.succeed(...UP);

  expect(account().worker("renamed").id).toBe(before.id);
  expect((await answer()).status).toBe(200);
  await engine.succeed(...CHECK_DRIFT);
});

test("a token that the official provider refuses is refused here, before any call", async () => {
  const before = account().calls().length;
  const provider = new EngineClient(cloud.providerPort);
  const { failures } = await provider.checkConfig({ apiToken: "too-short" });
  provider.close();
  expect(failures).toMatchObject([{ property: "apiToken" }]);
  expect(JSON.stringify(failures)).toMatch(/must be 40 to 80 characters/);
  expect(JSON.stringify(failures)).not.toContain("too-short");
  expect(account().calls()).toHaveLength(before);
});
