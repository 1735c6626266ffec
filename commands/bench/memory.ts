import { readdirSync, readFileSync } from "node:fs";

const KIB = 1024;

/**
 * Memory of a process and all its descendants: the sum of their proportional set sizes, so that
 * pages which PostgreSQL's processes share count once. Reads /proc: Linux only.
 *
 * @returns bytes
 */
export function memoryOfTree(pid: number): number {
  const parents = new Map(
    readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), parentOf(Number(name))] as const),
  );
  const belongs = (process: number | undefined): boolean =>
    process === pid || (process !== undefined && process > 1 && belongs(parents.get(process)));
  return [...parents.keys()].filter(belongs).reduce((sum, process) => sum + sizeOf(process), 0);
}

function parentOf(pid: number): number | undefined {
  // The command's name stands in parentheses and may hold anything.
  const stat = read(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) || undefined;
}

function sizeOf(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) * KIB;
}

/** A process may end while it is looked at. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
