import { spawn } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import { ENGINE_VERSION } from "../../install/engine-version.ts";
import { enginesFolder } from "../../install/engines-folder.ts";

/** How a run of the engine ended. */
export interface EngineResult {
  readonly exitCode: number;
  /** Everything it printed, standard output and error in order; empty when shown instead. */
  readonly output: string;
}

export interface EngineOptions {
  /** Added to this process's own environment. */
  readonly environment: NodeJS.ProcessEnv;
  /** Shown as it comes on this terminal, or captured. */
  readonly show: boolean;
  /**
   * Given on standard input, as the value of a secret is: arguments can be seen by others. Nothing
   * is when left out.
   */
  readonly input?: string;
  /** Told each line that is captured, as it comes. */
  readonly onLine?: (line: string) => void;
  /** Project folder; this repository's when left out. */
  readonly folder?: string;
}

const ROOT = join(import.meta.dirname, "..", "..");

/** Runs the installed Pulumi engine; the same binary that `npx pulumi` runs. */
export function runEngine(args: readonly string[], options: EngineOptions): Promise<EngineResult> {
  const bin = join(enginesFolder(), ENGINE_VERSION, "bin");
  const child = spawn(join(bin, "pulumi"), args, {
    cwd: options.folder ?? ROOT,
    stdio: options.show
      ? "inherit"
      : [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    env: {
      ...process.env,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      ...options.environment,
      // The engine starts `node` for the program and its own language host from the PATH.
      PATH: [bin, dirname(process.execPath), process.env.PATH].join(delimiter),
    },
  });
  // An engine that ended before it read has said why on its output.
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(options.input);
  let output = "";
  const collect = (chunk: Buffer) => {
    const text = chunk.toString("utf8");
    output += text;
    for (const line of text.split("\n")) if (line.trim() !== "") options.onLine?.(line);
  };
  child.stdout?.on("data", collect);
  child.stderr?.on("data", collect);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ exitCode: code ?? 1, output }));
  });
}
