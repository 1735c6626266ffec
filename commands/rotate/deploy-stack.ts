import { hostname } from "node:os";
import { redact, UserError } from "@stripe-customer-sync/provider-kit";
import type { StackEngine } from "../engine/engine-of-stack.ts";

const SHOWN_LINES = 25;

/**
 * `pulumi up` of the stack, live check included. A lock that a killed update on this machine left
 * behind is taken away; any other lock means that somebody is at work.
 *
 * @throws UserError with what the engine said last
 */
export async function deployStack(engine: StackEngine): Promise<void> {
  let result = await engine.run("up", "--yes", "--skip-preview");
  if (isAbandoned(result.output)) {
    const { exitCode, output } = await engine.run("cancel", "--yes");
    if (exitCode !== 0) throw failure(engine, output);
    result = await engine.run("up", "--yes", "--skip-preview");
  }
  if (result.exitCode !== 0) throw failure(engine, result.output);
}

// As the engine's own backends print it: "created by me@host (pid 42) at 2026-…".
const LOCK = /created by \S+@(\S+) \(pid (\d+)\)/g;

/** Whether the stack is locked by nobody but processes of this machine that are no more. */
function isAbandoned(output: string): boolean {
  if (!output.includes("the stack is currently locked")) return false;
  const locks = [...output.matchAll(LOCK)];
  return (
    locks.length > 0 && locks.every(([, host, pid]) => host === hostname() && !isAlive(Number(pid)))
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

function failure({ stack, command }: StackEngine, output: string): UserError {
  const lines = redact(output, []).trim().split("\n").slice(-SHOWN_LINES);
  return new UserError(
    `The update of stack ${stack} failed. Both the old and the new are still accepted; when the ` +
      `cause is mended, run this again to go on (${command} up -s ${stack} alone is harmless, too). ` +
      `The engine said:\n${lines.join("\n")}`,
  );
}
