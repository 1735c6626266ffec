import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Finding } from "../plan/findings.ts";
import type { DriftFinding } from "./drift-report.ts";

/** Adds to each finding when it was first found, and forgets what is no more. */
export type KnownSince = (
  stack: string,
  now: string,
  found: readonly Finding[],
) => Promise<DriftFinding[]>;

/** Remembers in a folder, one file a stack. */
export function knownSinceIn(folder: string): KnownSince {
  return async (stack, now, found) => {
    const file = join(folder, `drift-${stack}.json`);
    const before = await remembered(file);
    const findings = found.map((finding) => ({
      ...finding,
      knownSince: before[keyOf(finding)] ?? now,
    }));
    const after = findings.map((finding) => [keyOf(finding), finding.knownSince] as const);
    await mkdir(folder, { recursive: true });
    await writeFile(file, `${JSON.stringify(Object.fromEntries(after), null, 2)}\n`);
    return findings;
  };
}

/** Nothing remembered is no failure: the first look has nothing to remember. */
async function remembered(file: string): Promise<Record<string, string>> {
  const text = await readFile(file, "utf8").catch(() => "{}");
  return JSON.parse(text) as Record<string, string>;
}

/** The same resource changed again in the same way is the same finding. */
export function keyOf({ urn, change, properties }: Finding): string {
  return [urn, change, ...properties.map((property) => `${property.path}=${property.new}`)].join(
    " ",
  );
}
