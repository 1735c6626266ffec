import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { promisify } from "node:util";

const DOWNLOAD_LIMIT_MS = 5 * 60_000;

/**
 * Lets npm's `pulumi` command download the official engine, as it does at its first call.
 *
 * @returns undefined when the engine is there, else one line that says why it is not
 */
export async function downloadEngine(show: (line: string) => void): Promise<string | undefined> {
  show("downloading the official release");
  const wrapper = createRequire(import.meta.url).resolve("pulumi/run.js");
  try {
    await promisify(execFile)(process.execPath, [wrapper, "version"], {
      timeout: DOWNLOAD_LIMIT_MS,
      env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    });
    return undefined;
  } catch (error) {
    return lastLine((error as { stderr?: string }).stderr) ?? "the download did not finish in time";
  }
}

function lastLine(text: string | undefined): string | undefined {
  return text?.trim().split("\n").at(-1) || undefined;
}
