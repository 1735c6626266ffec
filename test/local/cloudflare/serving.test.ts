import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { deployVersions, deployWorker, uploadVersion, workersDevPath } from "./deploy-worker.ts";
import { requestByHost } from "./request-by-host.ts";
import { client, sandbox, startTestCloud } from "./start-test-cloud.ts";
import { childrenOf, isRunning, workerdProcesses } from "./workerd-process.ts";

const answering = (text: string) => `export default { fetch: () => new Response("${text}") };`;

test("no request fails while versions are deployed, and a slow one ends on its version", async () => {
  const cloud = await startTestCloud();
  const cf = client(cloud);
  const slow = `export default { async fetch(request) {
    if (request.url.endsWith("/slow")) await new Promise((resolve) => setTimeout(resolve, 700));
    return new Response("first");
  } };`;
  await deployWorker(cf, { name: "busy", source: slow });
  const url = `${cloud.workersUrl}${workersDevPath("busy")}/`;
  const slowAnswer = fetch(`${url}slow`).then((answer) => answer.text());

  const failures: string[] = [];
  let sent = 0;
  let deploying = true;
  const load = Array.from({ length: 8 }, async () => {
    while (deploying) {
      sent += 1;
      const answer = await fetch(url).catch((error: unknown) => String(error));
      if (typeof answer === "string" || !answer.ok) failures.push(String(answer));
      else await answer.text();
    }
  });
  for (let n = 0; n < 5; n += 1) {
    const id = await uploadVersion(cf, { name: "busy", source: answering(`version ${n}`) });
    await deployVersions(cf, "busy", { [id]: 100 });
    // The answer to a deployment means: live.
    expect(await (await fetch(url)).text()).toBe(`version ${n}`);
  }
  deploying = false;
  await Promise.all(load);

  expect(failures).toEqual([]);
  expect(sent).toBeGreaterThan(50);
  expect(await slowAnswer).toBe("first");
});

test("a broken module is refused at upload, and what is live goes on", async () => {
  const cloud = await startTestCloud();
  const cf = client(cloud);
  await deployWorker(cf, { name: "kept", source: answering("fine") });
  const broken = {
    "export default { fetch({}": /Uncaught SyntaxError/,
    "throw new Error('at start');": /Uncaught Error: at start/,
    "import './gone.js'; export default { fetch() {} };": /No such module "gone.js"/,
    "export default {};": /No event handlers/,
  };
  for (const [source, reason] of Object.entries(broken)) {
    const refusal = await uploadVersion(cf, { name: "kept", source }).catch((error) => error);
    expect(refusal.status).toBe(400);
    expect(refusal.errors).toEqual([
      expect.objectContaining({ code: 10021, message: expect.stringMatching(reason) }),
    ]);
  }
  expect(cloud.account(sandbox.accountId).versions("kept")).toHaveLength(1);
  const answer = await fetch(`${cloud.workersUrl}${workersDevPath("kept")}/`);
  expect(await answer.text()).toBe("fine");
});

test("an exception answers 500 without its text, which is in the log", async () => {
  const cloud = await startTestCloud();
  const source = `export default { fetch() { throw new Error("inner detail"); } };`;
  await deployWorker(client(cloud), { name: "thrower", source });

  const answer = await fetch(`${cloud.workersUrl}${workersDevPath("thrower")}/`);

  expect([answer.status, await answer.text()]).toEqual([500, "error code: 1101\n"]);
  const account = cloud.account(sandbox.accountId);
  await expect
    .poll(() => account.logs("thrower").map(({ level, text }) => `${level} ${text}`))
    .toEqual(["exception Error: inner detail"]);
});

test("a Worker reaches servers on this machine and nothing else", async () => {
  const server = createServer((_, response) => response.end("local answer"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const cloud = await startTestCloud();
  const source = `export default { async fetch(request) {
    const target = new URL(request.url).searchParams.get("to");
    try { return await fetch(target); } catch (error) { return new Response(error.message); }
  } };`;
  await deployWorker(client(cloud), { name: "caller", source });
  const ask = async (to: string) => {
    const query = new URLSearchParams({ to });
    return (await fetch(`${cloud.workersUrl}${workersDevPath("caller")}/?${query}`)).text();
  };

  expect(await ask(`http://127.0.0.1:${port}/`)).toBe("local answer");
  expect(await ask(`http://localhost:${port}/`)).toBe("local answer");
  for (const host of ["https://example.com", "http://10.0.0.1", "http://127.0.0.1.example.com"]) {
    expect(await ask(host)).toBe(
      `The local cloud does not let a Worker fetch from ${host}: only 127.0.0.1 is reachable.`,
    );
  }
});

test("hosts are known by workers.dev, custom domain and route, in header or path", async () => {
  const cloud = await startTestCloud();
  const cf = client(cloud);
  const source = (name: string) =>
    `export default { fetch: (request) => new Response("${name} " + request.url) };`;
  await deployWorker(cf, { name: "one", source: source("one") });
  await deployWorker(cf, { name: "two", source: source("two") });
  const { accountId, zoneId, zoneName } = sandbox;
  await cf.workers.domains.update({
    account_id: accountId,
    hostname: `api.${zoneName}`,
    service: "one",
    zone_id: zoneId,
  });
  await cf.workers.routes.create({
    zone_id: zoneId,
    pattern: `api.${zoneName}/two/*`,
    script: "two",
  });
  const host = `api.${zoneName}`;

  expect(await requestByHost(cloud, host, "/x?y=1")).toEqual({
    status: 200,
    text: `one https://${host}/x?y=1`,
  });
  expect((await requestByHost(cloud, host, "/two/x")).text).toBe(`two https://${host}/two/x`);
  const named = async (path: string) => (await fetch(cloud.workersUrl + path)).text();
  expect(await named(`/${host}`)).toBe(`one https://${host}/`);
  expect(await named(`/${host}/two/x`)).toBe(`two https://${host}/two/x`);
  expect(await named(`${workersDevPath("one")}/a//b`)).toMatch(/workers\.dev\/a\/\/b$/);

  const unknown = await fetch(`${cloud.workersUrl}/unknown.example.com/x`);
  expect([unknown.status, await unknown.text()]).toEqual([404, "error code: 1042\n"]);
  await cloud.account(accountId).updateWorker("one", { subdomain: { enabled: false } });
  expect((await fetch(`${cloud.workersUrl}${workersDevPath("one")}/`)).status).toBe(404);
});

test("a stopped Worker answers 503 and runs no schedule until it is started again", async () => {
  const cloud = await startTestCloud();
  await deployWorker(client(cloud), { name: "paused", source: answering("on") });
  const account = cloud.account(sandbox.accountId);
  const url = `${cloud.workersUrl}${workersDevPath("paused")}/`;

  await account.stop("paused");
  expect((await fetch(url)).status).toBe(503);
  await expect(account.runCron("paused")).rejects.toThrow("Worker paused is stopped");
  expect(await account.requests("paused")).toBe(0);

  await account.start("paused");
  expect(await (await fetch(url)).text()).toBe("on");
  expect(await account.requests("paused")).toBe(1);
});

test("the runtime comes back on its port by itself when it is killed", async () => {
  const before = workerdProcesses();
  const cloud = await startTestCloud();
  await deployWorker(client(cloud), { name: "survivor", source: answering("alive") });
  const [pid] = workerdProcesses().filter((each) => !before.includes(each));
  if (pid === undefined) throw new Error("No runtime was started.");
  const url = `${cloud.workersUrl}${workersDevPath("survivor")}/`;

  process.kill(pid, "SIGKILL");

  const answerOrError = () =>
    fetch(url).then(
      (answer) => answer.text(),
      (error: unknown) => String(error),
    );
  await expect.poll(answerOrError, { timeout: 10_000 }).toBe("alive");
  const id = await uploadVersion(client(cloud), { name: "survivor", source: answering("again") });
  await deployVersions(client(cloud), "survivor", { [id]: 100 });
  expect(await answerOrError()).toBe("again");
});

test("closing leaves no process behind", async () => {
  const before = workerdProcesses();
  const cloud = await startTestCloud();
  const runtimes = workerdProcesses().filter((pid) => !before.includes(pid));
  const started = [...runtimes, ...runtimes.flatMap(childrenOf)];
  expect(started.length).toBeGreaterThan(1);

  await cloud.close();

  await expect.poll(() => started.filter(isRunning)).toEqual([]);
});
