import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { EngineClient } from "./engine-client.ts";

const launcher = join(
  import.meta.dirname,
  "../../../providers/live-worker/pulumi-resource-live-worker",
);
const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

async function firstLine(child: ChildProcess): Promise<string> {
  started.push(child);
  const [chunk] = await once(child.stdout ?? child, "data");
  return String(chunk).trim();
}

test("a plugin prints its port and nothing else, and answers there", async () => {
  const child = spawn(launcher, ["127.0.0.1:1"]);
  const port = await firstLine(child);
  expect(port).toMatch(/^\d+$/);
  const engine = new EngineClient(Number(port));
  expect(await engine.schema()).toMatchObject({ name: "live-worker" });
  engine.close();
});

test("a plugin ends when its engine was killed", async () => {
  // A shell stands for the engine; it tells the process id of the plugin and waits.
  const engine = spawn("/bin/sh", ["-c", `"${launcher}" 127.0.0.1:1 & echo $!; wait`]);
  const plugin = Number(await firstLine(engine));
  expect(isAlive(plugin)).toBe(true);
  await once(engine.stdout, "data"); // its port: it has started
  engine.kill("SIGKILL");
  await expect.poll(() => isAlive(plugin), { timeout: 5_000 }).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
