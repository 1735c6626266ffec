import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const MS = 1_000;
const COMMAND = join(import.meta.dirname, "..", "drift.ts");

/**
 * Seconds of each look for drift at the clean stack, from the start of the command's process to
 * its end.
 *
 * @throws what the command said when the stack is not clean
 */
export async function driftTimes(count: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const started = performance.now();
    await promisify(execFile)(process.execPath, [COMMAND, "--stack", "local"], {
      env: { ...process.env, NODE_NO_WARNINGS: "1" },
    });
    times.push((performance.now() - started) / MS);
  }
  return times;
}
