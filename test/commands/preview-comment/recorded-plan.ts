import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { EngineResult } from "../../../commands/engine/run-engine.ts";

export interface RecordedPlan {
  steps: {
    op: string;
    urn: string;
    oldState?: { inputs: Record<string, unknown> };
    newState?: { inputs: Record<string, unknown> };
    detailedDiff: Record<string, { kind: string }> | null;
  }[];
  diagnostics?: { urn?: string; message: string; severity: string }[];
}

/** No plan at all: what a refresh answers where nothing has drifted. */
export const nothing: RecordedPlan = { steps: [] };

/**
 * What the real engine answered to `--json` on a test stack, without the resources that stay as
 * they are, and with long texts (code, SQL) replaced by short ones.
 */
export async function recordedPlan(name: string): Promise<RecordedPlan> {
  const text = await readFile(join(import.meta.dirname, "plans", `${name}.json`), "utf8");
  return JSON.parse(text) as RecordedPlan;
}

/** As the engine prints it. */
export function answered(plan: RecordedPlan, exitCode = 0): EngineResult {
  return { exitCode, output: `${JSON.stringify(plan, null, 4)}\n` };
}
