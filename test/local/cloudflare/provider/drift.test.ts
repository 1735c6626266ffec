import { expect, test } from "vitest";
import { sandbox, startTestCloud } from "../start-test-cloud.ts";
import { FAKE_KEY, startTestEngine } from "./test-engine.ts";

/** Many processes, on a machine that may be busy: the limit ends a hang, no more. */
const SLOW = { timeout: 240_000 };

const UP = ["up", "--yes", "--skip-preview"];
const CHECK_DRIFT = ["refresh", "--preview-only", "--expect-no-changes", "--diff"];

test("refresh names what was changed by hand, and an update repairs it", SLOW, async () => {
  const cloud = await startTestCloud();
  const engine = await startTestEngine(cloud);
  await engine.succeed(...UP);
  const account = cloud.account(sandbox.accountId);
  const [route] = account.routes();
  const [domain] = account.domains();
  if (!route || !domain) throw new Error("The route or the domain was not made.");

  await account.updateWorker("worker", { observability: { enabled: false } });
  await account.updateRoute(route.id, {
    pattern: `${sandbox.zoneName}/other/*`,
    script: "worker",
  });
  await account.deleteDomain(domain.id);

  const drift = await engine.run(...CHECK_DRIFT);
  expect(drift.exitCode).not.toBe(0);
  expect(drift.output).toMatch(/observability/);
  expect(drift.output).toMatch(/hook\/\*" => "[^"]*other\/\*"/);
  expect(drift.output).toMatch(/- cloudflare:index\/workersCustomDomain:WorkersCustomDomain/);

  await engine.succeed(...UP, "--refresh");
  expect(account.worker("worker").settings.observability.enabled).toBe(true);
  expect(account.routes()).toEqual([route]);
  expect(account.domains()).toEqual([expect.objectContaining({ hostname: domain.hostname })]);
  await engine.succeed(...CHECK_DRIFT);
});

test("refresh is as blind as the official provider to what is live", SLOW, async () => {
  const cloud = await startTestCloud();
  const engine = await startTestEngine(cloud);
  await engine.succeed(...UP);
  const account = cloud.account(sandbox.accountId);

  await account.putSecret("worker", "KEY", "fake-key-by-hand");
  await account.putSecret("worker", "ADDED", "fake-key-added");
  await account.putPlainText("worker", "NAME", "by hand");
  await account.setSchedules("worker", []);

  await engine.succeed(...CHECK_DRIFT);

  // What it does not see is repaired by replacing the resource, by one call each. The version from
  // before the secrets is refused, as the platform refuses it; a new version is not.
  const urn = (type: string, name: string) =>
    `urn:pulumi:test::cloudflare-resources::cloudflare:index/${type}::${name}`;
  await engine.succeed(...UP, "--replace", urn("workersCronTrigger:WorkersCronTrigger", "cron"));
  expect(account.schedules("worker")).toEqual(["* * * * *"]);
  const deployment = urn("workersDeployment:WorkersDeployment", "deployment");
  const refused = await engine.run(...UP, "--replace", deployment);
  expect(refused.output).toMatch(/secrets have changed: ADDED, KEY/);
  await engine.succeed(...UP, "--replace", urn("workerVersion:WorkerVersion", "version"));
  const answer = await fetch(`${cloud.workersUrl}/api.${sandbox.zoneName}/`);
  expect(await answer.text()).toBe(FAKE_KEY);
});

test(
  "a token that the official provider refuses is refused here, before any call",
  SLOW,
  async () => {
    const cloud = await startTestCloud();
    const engine = await startTestEngine(cloud);
    await engine.configure({ "cloudflare:apiToken": "too-short" });

    const refused = await engine.run("preview");

    expect(refused.exitCode).not.toBe(0);
    expect(refused.output).toMatch(/"apiToken" must be 40 to 80 characters/);
    expect(refused.output).not.toContain("too-short");
  },
);

test("a renamed Worker is updated in place, and what names it is replaced", SLOW, async () => {
  const cloud = await startTestCloud();
  const engine = await startTestEngine(cloud);
  await engine.succeed(...UP);
  const before = cloud.account(sandbox.accountId).worker("worker");

  await engine.configure({ workerName: "renamed" });
  expect(await engine.plan()).toEqual([
    "replace cron",
    "replace deployment",
    "replace domain",
    "update route",
    "update worker",
  ]);
  await engine.succeed(...UP);

  const after = cloud.account(sandbox.accountId).worker("renamed");
  expect(after.id).toBe(before.id);
  const answer = await fetch(`${cloud.workersUrl}/api.${sandbox.zoneName}/`);
  expect(answer.status).toBe(200);
  await engine.succeed(...CHECK_DRIFT);
});

test("a deployment that is refused leaves a state that the next update repairs", SLOW, async () => {
  const cloud = await startTestCloud();
  const engine = await startTestEngine(cloud);
  await engine.configure({ source: "export default { fetch({}" });
  const failed = await engine.run(...UP);
  expect(failed.exitCode).not.toBe(0);
  expect(failed.output).toMatch(/creating the version: 400/);
  expect(failed.output).toMatch(/Uncaught SyntaxError/);

  await engine.configure({ source: "export default { fetch: () => new Response('good') };" });
  await engine.succeed(...UP);
  const answer = await fetch(`${cloud.workersUrl}/api.${sandbox.zoneName}/`);
  expect(await answer.text()).toBe("good");
});
