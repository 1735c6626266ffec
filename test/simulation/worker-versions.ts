import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundleWorker } from "../../infra/worker-bundle.ts";
import worker from "../../worker/index.ts";

export type WorkerVersion = typeof worker;

const ROOT = join(import.meta.dirname, "..", "..");

/** What another version has instead. */
const differences: Readonly<
  Record<string, readonly (readonly [present: string, other: string])[]>
> = {
  "worker/limits.ts": [
    ["LEASE_SECONDS = 120", "LEASE_SECONDS = 300"],
    ["CONCURRENT_JOBS = 4", "CONCURRENT_JOBS = 7"],
    ["PULL_MS = 5 * 60_000", "PULL_MS = 60_000"],
    ["STRIPE_CALL_MS = 10_000", "STRIPE_CALL_MS = 14_000"],
    ["LOOK_UP_MS = 40_000", "LOOK_UP_MS = 20_000"],
  ],
  // Before databases belonged to an environment.
  "worker/jobs/jobs.ts": [["source, environment };", "source };"]],
};

let other: Promise<WorkerVersion> | undefined;

/**
 * The two versions of a gradual deployment: the present one, and one that holds its jobs for
 * another time, takes other numbers of them, gives up at other times and does not yet name its
 * environment; deployed as its own bundle, so that it remembers nothing of the other.
 */
export async function workerVersions(): Promise<readonly [WorkerVersion, WorkerVersion]> {
  other ??= buildOther();
  return [worker, await other];
}

async function buildOther(): Promise<WorkerVersion> {
  const root = await mkdtemp(join(tmpdir(), "other-worker-version-"));
  try {
    await cp(join(ROOT, "worker"), join(root, "worker"), { recursive: true });
    await cp(join(ROOT, "package.json"), join(root, "package.json"));
    await symlink(join(ROOT, "node_modules"), join(root, "node_modules"));
    for (const [file, changes] of Object.entries(differences)) {
      const path = join(root, file);
      let source = await readFile(path, "utf8");
      for (const [present, changed] of changes) {
        if (!source.includes(present)) throw new Error(`${file} has no "${present}" any more`);
        source = source.replace(present, changed);
      }
      await writeFile(path, source);
    }
    const { modules, mainModule } = await bundleWorker(root);
    const code = modules.find(({ name }) => name === mainModule)?.contentBase64 ?? "";
    // Not from a data: address, which would stand in each line of each stack trace.
    const bundle = join(root, "bundle.mjs");
    await writeFile(bundle, Buffer.from(code, "base64"));
    const loaded = (await import(pathToFileURL(bundle).href)) as { default: WorkerVersion };
    return loaded.default;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
