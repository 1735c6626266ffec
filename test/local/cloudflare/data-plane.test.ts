import { expect, test } from "vitest";
import { deployVersions, deployWorker, uploadVersion, workersDevPath } from "./deploy-worker.ts";
import { client, sandbox, startTestCloud } from "./start-test-cloud.ts";

test("an uploaded Worker answers once it is deployed, with its bindings", async () => {
  const cloud = await startTestCloud();
  const versionId = await deployWorker(client(cloud), {
    name: "greeter",
    source: `export default { async fetch(request, env) {
      return Response.json({ url: request.url, method: request.method, body: await request.text(), env });
    } };`,
    bindings: [
      { name: "GREETING", type: "plain_text", text: "hello" },
      { name: "KEY", type: "secret_text", text: "fake-secret" },
      { name: "LIST", type: "json", json: "[1,2]" },
      { name: "VERSION", type: "version_metadata" },
    ],
  });

  const answer = await fetch(`${cloud.workersUrl}${workersDevPath("greeter")}/hook?x=1`, {
    method: "POST",
    body: "payload",
  });

  expect(await answer.json()).toEqual({
    url: "https://greeter.local-sandbox.workers.dev/hook?x=1",
    method: "POST",
    body: "payload",
    env: {
      GREETING: "hello",
      KEY: "fake-secret",
      LIST: [1, 2],
      VERSION: { id: versionId, tag: "", timestamp: expect.any(String) },
    },
  });
});

test("a schedule runs the live version and its log lines are kept", async () => {
  const sunk: string[] = [];
  const cloud = await startTestCloud({
    logSink: ({ script, level, text }) => sunk.push(`${script} ${level} ${text}`),
  });
  const cf = client(cloud);
  await deployWorker(cf, {
    name: "clock",
    source: `export default { scheduled(event) {
      console.log(JSON.stringify({ cron: event.cron, at: typeof event.scheduledTime }));
    } };`,
  });
  await cf.workers.scripts.schedules.update("clock", {
    account_id: sandbox.accountId,
    body: [{ cron: "*/5 * * * *" }],
  });
  const account = cloud.account(sandbox.accountId);

  expect(await account.runCron("clock")).toEqual({ outcome: "ok", noRetry: false });
  await expect
    .poll(() => account.logs("clock").map(({ text }) => JSON.parse(text)))
    .toEqual([{ cron: "*/5 * * * *", at: "number" }]);
  const line = JSON.stringify({ cron: "*/5 * * * *", at: "number" });
  expect(sunk).toEqual([`${sandbox.accountId}/clock log ${line}`]);
});

test("requests are shared out by percentage, and a pinned one gets the version it names", async () => {
  const cloud = await startTestCloud();
  const cf = client(cloud);
  const source = (n: number) => `export default { fetch: () => new Response("${n}") };`;
  const first = await deployWorker(cf, { name: "split", source: source(1) });
  const second = await uploadVersion(cf, { name: "split", source: source(2) });
  await deployVersions(cf, "split", { [first]: 90, [second]: 10 });
  const url = `${cloud.workersUrl}${workersDevPath("split")}/`;

  const answers = await Promise.all(
    Array.from({ length: 600 }, async () => (await fetch(url)).text()),
  );
  const ofSecond = answers.filter((text) => text === "2").length;
  expect(ofSecond).toBeGreaterThan(20);
  expect(ofSecond).toBeLessThan(120);

  const pinnedTo = async (name: string, version: string) => {
    const headers = { "Cloudflare-Workers-Version-Overrides": `${name}="${version}"` };
    const texts = Array.from({ length: 20 }, async () => (await fetch(url, { headers })).text());
    return new Set(await Promise.all(texts));
  };
  expect(await pinnedTo("split", second)).toEqual(new Set(["2"]));
  // Neither another Worker's pin counts, nor one to a version that is not deployed.
  await deployVersions(cf, "split", { [first]: 100 });
  expect(await pinnedTo("split", second)).toEqual(new Set(["1"]));
  await deployVersions(cf, "split", { [first]: 0, [second]: 100 });
  expect(await pinnedTo("split", first)).toEqual(new Set(["1"]));
  expect(await pinnedTo("other", first)).toEqual(new Set(["2"]));
});
