import { defaultPorts } from "../../local/ports.ts";
import { stateFolder } from "../../local/state-folder.ts";
import { localEngineEnvironment } from "./local-environment.ts";
import { type EngineResult, runEngine } from "./run-engine.ts";

/** The engine, bound to one stack; what it prints is captured. */
export interface StackEngine {
  readonly stack: string;
  /** How somebody types a command for this stack: the part before `up`, `refresh`, … */
  readonly command: string;
  run(...args: readonly string[]): Promise<EngineResult>;
}

/** An engine that also works before somebody's eyes, and reads. */
export interface TerminalEngine extends StackEngine {
  /** As `run`, with something on standard input: the way for a secret, which no argument may hold. */
  runWithInput(input: string, ...args: readonly string[]): Promise<EngineResult>;
  /** As `run`, on this terminal, where it may also ask; gives the exit code. */
  show(...args: readonly string[]): Promise<number>;
  /** As `run`, with each line told as it comes. */
  follow(onLine: (line: string) => void, ...args: readonly string[]): Promise<EngineResult>;
}

/**
 * Stack `local` runs on the local cloud that `npm start` keeps running; every other stack on the
 * accounts, tokens and state backend of the caller's own environment.
 *
 * @param variables added to the engine's environment
 */
export async function engineOfStack(
  stack: string,
  variables: NodeJS.ProcessEnv = {},
): Promise<TerminalEngine> {
  const isLocal = stack === "local";
  const backend = isLocal
    ? await localEngineEnvironment({
        stateFolder,
        cloudflareProviderPort: defaultPorts.cloudflareProvider,
      })
    : {};
  const options = { environment: { ...backend, ...variables }, show: false };
  const onStack = (args: readonly string[]) => [...args, "-s", stack, "--non-interactive"];
  return {
    stack,
    command: isLocal ? "npm run pulumi --" : "npx pulumi",
    run: (...args) => runEngine(onStack(args), options),
    runWithInput: (input, ...args) => runEngine(onStack(args), { ...options, input }),
    follow: (onLine, ...args) => runEngine(onStack(args), { ...options, onLine }),
    show: async (...args) =>
      (await runEngine([...args, "-s", stack], { ...options, show: true })).exitCode,
  };
}
