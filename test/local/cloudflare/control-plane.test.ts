import Cloudflare from "cloudflare";
import type { DeploymentListResponse } from "cloudflare/resources/workers/scripts/deployments";
import { expect, test } from "vitest";
import { deployVersions, deployWorker, uploadVersion } from "./deploy-worker.ts";
import { client, live, sandbox, startTestCloud } from "./start-test-cloud.ts";

const account_id = sandbox.accountId;
const source = "export default { fetch: () => new Response() };";

/** What the API refused, in one line. */
async function refusal(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Cloudflare.APIError)) return `no refusal: ${String(error)}`;
  return `${error.status} ${error.errors.map(({ code }) => code).join()}`;
}

test("a token opens its own account and zone alone", async () => {
  const cloud = await startTestCloud();
  const list = (token: string, account: string) =>
    client(cloud, token).workers.beta.workers.list({ account_id: account });
  const routes = (token: string, zone: string) =>
    client(cloud, token).workers.routes.list({ zone_id: zone });

  expect((await list(sandbox.apiToken, sandbox.accountId)).result).toEqual([]);
  expect((await list(live.apiToken, live.accountId)).result).toEqual([]);
  expect(await refusal(list("wrong_token", sandbox.accountId))).toBe("401 10000");
  expect(await refusal(list(live.apiToken, sandbox.accountId))).toBe("403 10000");
  expect(await refusal(routes(live.apiToken, sandbox.zoneId))).toBe("403 10000");
});

test("an unknown call answers as the platform does", async () => {
  const cloud = await startTestCloud();
  const response = await fetch(`${cloud.apiUrl}/accounts/${account_id}/nothing`, {
    headers: { authorization: `Bearer ${sandbox.apiToken}` },
  });
  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({
    success: false,
    errors: [{ code: 7003, message: expect.stringMatching(/Could not route to/) }],
    messages: [],
    result: null,
  });
});

test("a Worker has every field that the official provider compares", async () => {
  const cloud = await startTestCloud();
  const { workers } = client(cloud).workers.beta;
  const made = await workers.create({ account_id, name: "whole", tags: ["a"] });
  const expected = {
    id: expect.stringMatching(/^[0-9a-f]{32}$/),
    name: "whole",
    created_on: expect.any(String),
    updated_on: expect.any(String),
    deployed_on: null,
    logpush: false,
    observability: {
      enabled: false,
      head_sampling_rate: 1,
      logs: {
        enabled: false,
        head_sampling_rate: 1,
        invocation_logs: true,
        persist: true,
        destinations: [],
      },
      traces: { enabled: false, head_sampling_rate: 1, persist: true, destinations: [] },
    },
    subdomain: { enabled: false, previews_enabled: false },
    tags: ["a"],
    tail_consumers: [],
    references: {
      dispatch_namespace_outbounds: [],
      domains: [],
      durable_objects: [],
      queues: [],
      workers: [],
    },
  };
  expect(made).toEqual(expected);
  expect(await workers.get(made.id, { account_id })).toEqual(expected);
  expect(await workers.get("whole", { account_id })).toEqual(expected);

  expect(await refusal(workers.create({ account_id, name: "whole" }))).toBe("409 10040");
  expect(await refusal(workers.create({ account_id, name: "Not A Name" }))).toBe("400 10021");
  expect(await refusal(workers.get("none", { account_id }))).toBe("404 10007");
  await workers.delete(made.id, { account_id });
  expect(await refusal(workers.delete(made.id, { account_id }))).toBe("404 10007");
});

test("a renamed Worker keeps its id, route, domain and version", async () => {
  const cloud = await startTestCloud();
  const cf = client(cloud);
  const versionId = await deployWorker(cf, { name: "before", source });
  const { zoneId: zone_id, zoneName } = sandbox;
  await cf.workers.routes.create({ zone_id, pattern: `${zoneName}/*`, script: "before" });
  await cf.workers.domains.update({
    account_id,
    hostname: `a.${zoneName}`,
    service: "before",
    zone_id,
  });
  const { id } = await cf.workers.beta.workers.get("before", { account_id });

  await cf.workers.beta.workers.update(id, {
    account_id,
    name: "after",
    subdomain: { enabled: true, previews_enabled: false },
    logpush: false,
    observability: {},
    tags: [],
    tail_consumers: [],
  });

  const account = cloud.account(account_id);
  expect(account.worker("after").id).toBe(id);
  expect(account.versions("after").map((version) => version.id)).toEqual([versionId]);
  expect(account.routes()).toEqual([expect.objectContaining({ script: "after" })]);
  expect(account.domains()).toEqual([expect.objectContaining({ service: "after" })]);
  const url = `${cloud.workersUrl}/a.${zoneName}/`;
  expect((await fetch(url)).status).toBe(200);
});

test("a version answers sorted bindings without secrets, and its modules when asked", async () => {
  const cloud = await startTestCloud();
  const cf = client(cloud);
  await deployWorker(cf, { name: "versioned", source });
  const id = await uploadVersion(cf, {
    name: "versioned",
    source,
    bindings: [
      { name: "Z", type: "plain_text", text: "shown" },
      { name: "A", type: "secret_text", text: "fake-secret" },
      { name: "M", type: "version_metadata" },
    ],
  });
  const { versions } = cf.workers.beta.workers;

  const version = await versions.get(id, { account_id, worker_id: "versioned" });
  expect(version).toEqual({
    id,
    number: 2,
    created_on: expect.any(String),
    source: "api",
    author_email: expect.any(String),
    main_module: "index.js",
    compatibility_date: "2026-07-30",
    compatibility_flags: [],
    usage_model: "standard",
    annotations: { "workers/triggered_by": "create_version_api" },
    bindings: [
      { name: "A", type: "secret_text" },
      { name: "M", type: "version_metadata" },
      { name: "Z", type: "plain_text", text: "shown" },
    ],
    modules: [{ name: "index.js", content_type: "application/javascript+module" }],
    startup_time_ms: expect.any(Number),
    urls: [],
  });
  const whole = await versions.get(id, { account_id, worker_id: "versioned", include: "modules" });
  expect(whole.modules).toEqual([
    expect.objectContaining({ content_base64: Buffer.from(source).toString("base64") }),
  ]);

  const listed: string[] = [];
  for await (const each of versions.list("versioned", { account_id })) listed.push(each.id);
  expect(listed[0]).toBe(id);
  expect(listed).toHaveLength(2);
  const unknown = versions.get("none", { account_id, worker_id: "versioned" });
  expect(await refusal(unknown)).toBe("404 100146");
});

test("a secret makes a version of its own, live for every request", async () => {
  const cloud = await startTestCloud();
  const cf = client(cloud);
  const first = await deployWorker(cf, { name: "rotated", source });
  const { secrets, deployments } = cf.workers.scripts;

  const secret = { account_id, name: "KEY", text: "fake-secret", type: "secret_text" } as const;
  expect(await secrets.update("rotated", secret)).toEqual({ name: "KEY", type: "secret_text" });

  const { result } = await deployments.list("rotated", { account_id });
  // The client's type says a list; the platform answers an object, and so must we.
  const [newest] = (result as unknown as DeploymentListResponse).deployments;
  expect(newest?.annotations).toEqual({ "workers/triggered_by": "secret" });
  expect(newest?.versions).toEqual([
    { percentage: 100, version_id: expect.not.stringContaining(first) },
  ]);
  expect((await secrets.list("rotated", { account_id })).result).toEqual([
    { name: "KEY", type: "secret_text" },
  ]);

  await uploadVersion(cf, { name: "rotated", source });
  expect(await refusal(secrets.update("rotated", secret))).toBe("400 10215");
  expect(await refusal(secrets.update("none", secret))).toBe("404 10007");
});

test("a deployment keeps the order of its versions and must be whole", async () => {
  const cloud = await startTestCloud();
  const cf = client(cloud);
  const first = await deployWorker(cf, { name: "shared", source });
  const second = await uploadVersion(cf, { name: "shared", source });
  const id = await deployVersions(cf, "shared", { [second]: 10, [first]: 90 });

  const found = await cf.workers.scripts.deployments.get(id, { account_id, script_name: "shared" });
  expect(found).toMatchObject({
    id,
    strategy: "percentage",
    versions: [
      { percentage: 10, version_id: second },
      { percentage: 90, version_id: first },
    ],
  });
  expect(await refusal(deployVersions(cf, "shared", { [first]: 90 }))).toBe("400 10021");
  expect(await refusal(deployVersions(cf, "shared", { unknown: 100 }))).toBe("404 100146");
});

test("schedules are replaced as a whole, and a wrong one changes nothing", async () => {
  const cloud = await startTestCloud();
  const cf = client(cloud);
  await deployWorker(cf, { name: "timed", source });
  const set = (...crons: string[]) =>
    cf.workers.scripts.schedules.update("timed", {
      account_id,
      body: crons.map((cron) => ({ cron })),
    });
  await set("* * * * *", "0 0 1 1 *");
  expect(await refusal(set("* * * * 0"))).toBe("400 10100");
  const { schedules } = await cf.workers.scripts.schedules.get("timed", { account_id });
  expect(schedules.map(({ cron }) => cron)).toEqual(["* * * * *", "0 0 1 1 *"]);
});

test("a route and a domain must lie in the zone, and go with their Worker", async () => {
  const cloud = await startTestCloud();
  const cf = client(cloud);
  await deployWorker(cf, { name: "placed", source });
  const { zoneId: zone_id, zoneName } = sandbox;
  const { routes, domains } = cf.workers;
  const route = await routes.create({ zone_id, pattern: `*.${zoneName}/*`, script: "placed" });
  const domain = { account_id, hostname: `b.${zoneName}`, service: "placed", zone_id };
  const attached = await domains.update(domain);

  expect(attached).toMatchObject({ environment: "production", zone_name: zoneName });
  const outside = { zone_id, pattern: "other.example.org/*", script: "placed" };
  expect(await refusal(routes.create(outside))).toBe("400 10021");
  expect(await refusal(routes.create({ ...route, zone_id }))).toBe("409 10020");
  const elsewhere = { ...domain, hostname: "other.example.org" };
  expect(await refusal(domains.update(elsewhere))).toBe("400 10021");
  expect(await refusal(domains.update({ ...domain, service: "none" }))).toBe("404 10007");
  expect(await refusal(routes.get("none", { zone_id }))).toBe("404 10016");

  await cf.workers.beta.workers.delete("placed", { account_id });
  expect(cloud.account(account_id).routes()).toEqual([]);
  expect(cloud.account(account_id).domains()).toEqual([]);
});

test("a body that is not JSON is refused without a stack", async () => {
  const cloud = await startTestCloud();
  const response = await fetch(`${cloud.apiUrl}/accounts/${account_id}/workers/workers`, {
    method: "POST",
    headers: { authorization: `Bearer ${sandbox.apiToken}` },
    body: "{truncated",
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ errors: [{ code: 10026 }] });
});
