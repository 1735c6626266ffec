import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Listr } from "listr2";
import { lock } from "proper-lockfile";
import { buildEngine } from "./build-engine.ts";
import { downloadEngine } from "./download-engine.ts";
import { ENGINE_VERSION } from "./engine-version.ts";
import { enginesFolder } from "./engines-folder.ts";

const LOCK_STALE_MS = 20_000;
const LOCK_RETRY_MS = 1_000;
const LOCK_WAIT_MINUTES = 30;

/**
 * Puts the Pulumi engine where npm's `pulumi` command looks for it
 * (`$PULUMI_HOME/versions/<version>/bin`): the official download where it can be reached,
 * else a build from Pulumi's own Go modules. A lock keeps two installations apart.
 */
async function installEngine(): Promise<void> {
  const versions = enginesFolder();
  const folder = join(versions, ENGINE_VERSION);
  if (await isInstalled(folder)) return;

  await mkdir(versions, { recursive: true });
  await new Listr([
    {
      title: `Get the Pulumi engine ${ENGINE_VERSION}`,
      task: async (_, task) => {
        task.output = "waiting for another installation to finish";
        const release = await lock(versions, {
          lockfilePath: `${folder}.lock`,
          stale: LOCK_STALE_MS,
          retries: {
            retries: (LOCK_WAIT_MINUTES * 60_000) / LOCK_RETRY_MS,
            factor: 1,
            minTimeout: LOCK_RETRY_MS,
          },
        });
        const show = (line: string) => {
          task.output = line;
        };
        try {
          if (await isInstalled(folder)) return;
          const refusal = await downloadEngine(show);
          if (refusal !== undefined) await buildEngine(folder, refusal, show);
        } finally {
          await release();
        }
      },
      rendererOptions: { persistentOutput: false },
    },
  ]).run();
}

/** Both binaries are there: the command line and the host of Node.js programs. */
async function isInstalled(folder: string): Promise<boolean> {
  const exe = process.platform === "win32" ? ".exe" : "";
  const binaries = ["pulumi", "pulumi-language-nodejs"].map((name) =>
    access(join(folder, "bin", `${name}${exe}`), constants.X_OK),
  );
  return (await Promise.allSettled(binaries)).every(({ status }) => status === "fulfilled");
}

try {
  await installEngine();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
