import { spawn } from "node:child_process";
import { readdirSync, readlinkSync } from "node:fs";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { localEngineEnvironment } from "../../../commands/engine/local-environment.ts";
import type { TestCloud } from "../../stacks/engine/test-cloud.ts";
import type { TestStack } from "../../stacks/engine/test-stack.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");

/** How a run of the command ended; -9 when it was killed. */
export interface RotateResult {
  readonly exitCode: number;
  readonly output: string;
}

export interface RotateOptions {
  /** For standard input. */
  readonly input?: string;
  /** The whole process group, engine and plugins included, is killed when this is printed. */
  readonly killAt?: RegExp;
  /** So long after that, in ms. */
  readonly killAfterMs?: number;
}

/**
 * Limits of the Worker and of the rotation's waits in the checkout: a test has no minutes. An
 * invocation may still take longer than the slowest of Stripe's answers in the test.
 */
const SHORTER = {
  "worker/limits.ts": [
    [/PULL_MS = [^;]+;/g, "PULL_MS = 2_000;"],
    [/LONGEST_INVOCATION_MS = [^;]+;/, "LONGEST_INVOCATION_MS = 9_000;"],
  ],
  "commands/rotate/wait-for-invocations.ts": [[/SPREAD_MS = [^;]+;/, "SPREAD_MS = 500;"]],
  "commands/rotate/wait-for-rings.ts": [[/RING_MS = [^;]+;/, "RING_MS = 2_000;"]],
} as const;

/** Copies the commands into the stack's checkout and gives a function that runs `rotate` there. */
export async function rotateIn(test: TestCloud, { project }: TestStack) {
  for (const folder of ["commands", "install", "local"]) {
    await cp(join(ROOT, folder), join(project, folder), { recursive: true });
  }
  for (const [file, changes] of Object.entries(SHORTER)) {
    let text = await readFile(join(project, file), "utf8");
    for (const [pattern, replacement] of changes) text = text.replace(pattern, replacement);
    await writeFile(join(project, file), text);
  }
  const environment = await localEngineEnvironment({
    stateFolder: test.folder,
    cloudflareProviderPort: test.cloud.cloudflare.providerPort,
  });
  return (
    args: readonly string[],
    { input, killAt, killAfterMs = 0 }: RotateOptions = {},
  ): Promise<RotateResult> => {
    const child = spawn(process.execPath, [join(project, "commands", "rotate.ts"), ...args], {
      cwd: project,
      stdio: ["pipe", "pipe", "pipe"],
      detached: true,
      env: { ...process.env, ...environment, NODE_NO_WARNINGS: "1" },
    });
    child.stdin.end(input ?? "");
    let output = "";
    let killing = false;
    const read = (chunk: Buffer) => {
      output += chunk.toString("utf8");
      if (killing || killAt === undefined || !killAt.test(output)) return;
      killing = true;
      setTimeout(() => process.kill(-(child.pid ?? 0), "SIGKILL"), killAfterMs);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", () => {
        if (killing) killThoseIn(project);
      });
      child.on("close", (code) => resolve({ exitCode: code ?? -9, output }));
    });
  };
}

/**
 * The engine starts its language host in a group of its own; when the engine is killed that host
 * and its program go on, and take a good part of a processor.
 */
function killThoseIn(project: string): void {
  if (process.platform !== "linux") return;
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      if (readlinkSync(`/proc/${pid}/cwd`).startsWith(`${project}/`)) {
        process.kill(Number(pid), "SIGKILL");
      }
    } catch {
      // It has ended meanwhile, or it is somebody else's.
    }
  }
}
