import { readFileSync } from "node:fs";

/** The runtimes that this process has started. */
export function workerdProcesses(): number[] {
  return childrenNamed(process.pid, "workerd");
}

/** Ids of running child processes that run the command. */
export function childrenNamed(parent: number, command: string): number[] {
  return childrenOf(parent).filter((pid) => stateOf(pid)?.command === command && isRunning(pid));
}

/** Ids of running child processes. */
export function childrenOf(pid: number): number[] {
  const pids = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return pids.split(" ").filter(Boolean).map(Number);
}

/** False too for one that has ended and that nobody has waited for. */
export function isRunning(pid: number): boolean {
  const state = stateOf(pid)?.state;
  return state !== undefined && state !== "Z";
}

function stateOf(pid: number): { command: string; state: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [, command = "", state = ""] = /^\d+ \((.*)\) (\S)/.exec(stat) ?? [];
    return { command, state };
  } catch {
    return undefined;
  }
}
