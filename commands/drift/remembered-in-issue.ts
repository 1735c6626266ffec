import { createHash } from "node:crypto";
import type { DriftFinding } from "./drift-report.ts";
import { type KnownSince, keyOf } from "./known-since.ts";

/** A hidden line of an issue: digests of findings with the time when each was first found. */
const MEMORY = /^<!-- known since: (\{.*\}) -->\r?$/m;

/** Remembers by the issue of the look before, for a machine that is new at every look. */
export function knownSinceOfIssue(issue: string): KnownSince {
  const before = memoryIn(issue);
  return async (_stack, now, found) =>
    found.map((finding) => ({ ...finding, knownSince: before[digestOf(finding)] ?? now }));
}

/** The line that `knownSinceOfIssue` reads. Digests: a key holds values from anywhere. */
export function memoryLine(drift: readonly DriftFinding[]): string {
  const memory = drift.map((finding) => [digestOf(finding), finding.knownSince]);
  return `<!-- known since: ${JSON.stringify(Object.fromEntries(memory))} -->`;
}

/** Whoever edits the issue by hand may spoil the line: then nothing is remembered. */
function memoryIn(issue: string): Readonly<Record<string, string>> {
  try {
    const memory: unknown = JSON.parse(MEMORY.exec(issue)?.[1] ?? "{}");
    const entries = Object.entries(memory as Record<string, unknown>);
    return Object.fromEntries(
      entries.filter((entry): entry is [string, string] => isTime(entry[1])),
    );
  } catch {
    return {};
  }
}

function isTime(value: unknown): value is string {
  return typeof value === "string" && /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(value);
}

function digestOf(finding: Parameters<typeof keyOf>[0]): string {
  return createHash("sha256").update(keyOf(finding)).digest("hex").slice(0, 16);
}
