import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const STOP_LIMIT_MS = 10_000;
const POLL_MS = 20;

/**
 * Stops the server that still works on a data folder because only its parent was killed.
 * A process that has taken over the id of one that is gone is left alone.
 */
export async function stopOrphan(dataFolder: string): Promise<void> {
  const pid = await recordedPid(dataFolder);
  if (pid === undefined || !(await isServerOf(pid, dataFolder))) return;
  process.kill(pid, "SIGINT");
  const deadline = performance.now() + STOP_LIMIT_MS;
  while (await isServerOf(pid, dataFolder)) {
    if (performance.now() > deadline) process.kill(pid, "SIGQUIT");
    await sleep(POLL_MS);
  }
}

/** The first line of postmaster.pid. */
async function recordedPid(dataFolder: string): Promise<number | undefined> {
  const text = await readFile(join(dataFolder, "postmaster.pid"), "utf8").catch(() => "");
  const pid = Number.parseInt(text, 10);
  return pid > 1 ? pid : undefined;
}

async function isServerOf(pid: number, dataFolder: string): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // Where there is no /proc, the lock file of a live process is believed.
  const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => undefined);
  if (commandLine === undefined) return process.platform !== "linux";
  return commandLine.split("\0").includes(dataFolder);
}
