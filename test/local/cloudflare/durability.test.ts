import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { deployVersions, deployWorker, uploadVersion, workersDevPath } from "./deploy-worker.ts";
import { client, sandbox, startTestCloud, temporaryFolder } from "./start-test-cloud.ts";

const answering = (text: string) =>
  `export default { fetch: (_, env) => new Response("${text} " + env.KEY) };`;

test("what a call has answered survives kill -9, secrets too, and is served again", async () => {
  const stateFolder = temporaryFolder();
  const first = await startInProcess(stateFolder);
  await deployWorker(first.client, {
    name: "kept",
    source: answering("first"),
    bindings: [{ name: "KEY", type: "secret_text", text: "fake-secret" }],
  });
  await first.client.workers.scripts.schedules.update("kept", {
    account_id: sandbox.accountId,
    body: [{ cron: "0 * * * *" }],
  });
  // Killed in the middle of changes: each of them is there wholly or not at all.
  const answered: string[] = [];
  const uploads = (async () => {
    for (;;) {
      const id = await uploadVersion(first.client, {
        name: "kept",
        source: answering("second"),
        bindings: [{ name: "KEY", type: "secret_text", text: "fake-secret" }],
      });
      answered.push(id);
      await deployVersions(first.client, "kept", { [id]: 100 });
    }
  })().catch(() => {});
  await expect.poll(() => answered.length).toBeGreaterThan(3);
  await first.kill();
  await uploads;

  const cloud = await startTestCloud({ stateFolder });
  const answer = await fetch(`${cloud.workersUrl}${workersDevPath("kept")}/`);
  expect(await answer.text()).toBe("second fake-secret");
  const account = cloud.account(sandbox.accountId);
  expect(account.versions("kept").map(({ id }) => id)).toEqual(expect.arrayContaining(answered));
  expect(account.schedules("kept")).toEqual(["0 * * * *"]);
});

test("kill -9 of the cloud alone ends its runtime too, so that the port is free again", async () => {
  const stateFolder = temporaryFolder();
  const first = await startInProcess(stateFolder);
  await deployWorker(first.client, { name: "freed", source: answering("x") });

  await first.killAlone();

  const port = Number(new URL(first.workersUrl).port);
  const start = () =>
    startTestCloud({ stateFolder, workersPort: port }).then(
      ({ workersUrl }) => workersUrl,
      (error: unknown) => String(error),
    );
  await expect.poll(start, { timeout: 10_000, interval: 300 }).toBe(first.workersUrl);
});

test("the files of the state can be read by their owner alone", async () => {
  const stateFolder = temporaryFolder();
  const cloud = await startTestCloud({ stateFolder });
  await deployWorker(client(cloud), { name: "private", source: answering("x") });
  const files = readdirSync(stateFolder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  expect(files.length).toBeGreaterThan(1);
  for (const { parentPath, name } of files) {
    expect([name, statSync(join(parentPath, name)).mode & 0o077]).toEqual([name, 0]);
  }
});

/** A local Cloudflare in a process of its own, so that it can be killed. */
async function startInProcess(stateFolder: string) {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, "cloudflare-process.ts"), stateFolder],
    { stdio: ["ignore", "pipe", "inherit"], detached: true },
  );
  const end = async (target: (pid: number) => number) => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const ended = once(child, "exit");
    process.kill(target(child.pid), "SIGKILL");
    await ended;
  };
  // The whole group, its runtime too.
  const kill = () => end((pid) => -pid);
  onTestFinished(kill);
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const [apiUrl = "", workersUrl = ""] = line.toString().trim().split(" ");
  return { kill, killAlone: () => end((pid) => pid), workersUrl, client: client({ apiUrl }) };
}
