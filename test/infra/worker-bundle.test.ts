import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { bundleWorker, type WorkerBundle } from "../../infra/worker-bundle.ts";

const root = join(import.meta.dirname, "..", "..");
const MAX_BYTES = 300_000;
const folders: string[] = [];

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

/** The same sources in another folder. */
async function elsewhere(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "another place "));
  folders.push(folder);
  await cp(join(root, "worker"), join(folder, "worker"), { recursive: true });
  await cp(join(root, "package.json"), join(folder, "package.json"));
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

function textOf(bundle: WorkerBundle, name: string): string {
  const module = bundle.modules.find((one) => one.name === name);
  if (!module) throw new Error(`the bundle has no ${name}`);
  return Buffer.from(module.contentBase64, "base64").toString("utf8");
}

describe("the Worker's bundle", () => {
  test("is the same from another folder, time zone and day", async () => {
    const here = await bundleWorker();
    vi.stubEnv("TZ", "Pacific/Kiritimati");
    vi.useFakeTimers({ now: new Date("2031-02-03T04:05:06Z"), toFake: ["Date"] });
    const there = await bundleWorker(await elsewhere());
    vi.useRealTimers();
    vi.unstubAllEnvs();
    expect(there.digest).toBe(here.digest);
    expect(there.modules).toEqual(here.modules);
  });

  test("is under 300 KB and needs nothing of Node", async () => {
    const code = textOf(await bundleWorker(), "index.js");
    expect(code.length).toBeLessThan(MAX_BYTES);
    expect(code).not.toMatch(/from\s*"node:|require\("(http|https|crypto|child_process)"\)/);
  });

  test("holds no path of the machine that built it, in code or source map", async () => {
    const bundle = await bundleWorker();
    for (const name of ["index.js", "index.js.map"]) {
      expect(textOf(bundle, name)).not.toContain(root);
    }
  });

  test("changes its digest with any change of the source", async () => {
    const folder = await elsewhere();
    const before = await bundleWorker(folder);
    const { appendFile } = await import("node:fs/promises");
    await appendFile(join(folder, "worker", "index.ts"), "\nconsole.log('changed');\n");
    const after = await bundleWorker(folder);
    expect(after.digest).not.toBe(before.digest);
  });
});
