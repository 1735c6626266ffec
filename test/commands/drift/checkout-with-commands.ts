import { spawn } from "node:child_process";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { localEngineEnvironment } from "../../../commands/engine/local-environment.ts";
import type { TestCloud } from "../../stacks/engine/test-cloud.ts";
import type { TestStack } from "../../stacks/engine/test-stack.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");

/** What a command of this repository left behind. */
export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs commands of this repository in the checkout of a test stack, as a process of their own,
 * with the environment that the stack's engine needs.
 *
 * @param changes to that environment; undefined takes a variable away
 */
export async function checkoutWithCommands(
  test: TestCloud,
  { project }: TestStack,
  changes: NodeJS.ProcessEnv = {},
) {
  for (const folder of ["commands", "install", "local"]) {
    await cp(join(ROOT, folder), join(project, folder), { recursive: true });
  }
  const environment = await localEngineEnvironment({
    stateFolder: test.folder,
    cloudflareProviderPort: test.cloud.cloudflare.providerPort,
  });
  return (command: string, ...args: string[]): Promise<CommandResult> => {
    const child = spawn(process.execPath, [join(project, "commands", command), ...args], {
      cwd: project,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...environment, NODE_NO_WARNINGS: "1", ...changes },
    });
    const read = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => {
      read.stdout += chunk.toString("utf8");
    });
    child.stderr.on("data", (chunk: Buffer) => {
      read.stderr += chunk.toString("utf8");
    });
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve({ exitCode: code ?? 1, ...read }));
    });
  };
}
