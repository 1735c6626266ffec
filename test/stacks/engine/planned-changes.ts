import { type PlanStep, readPlan, resourceOf } from "../../../commands/plan/plan.ts";
import type { TestStack } from "./test-stack.ts";

/** Operations that leave a resource as it is. */
const UNCHANGED = new Set(["same", "read", "refresh"]);

/** What the engine would do to the stack, as `changesIn` tells it. */
export async function plannedChanges(stack: TestStack, ...args: string[]): Promise<string[]> {
  const result = await stack.run("preview", "--json", ...args);
  if (result.exitCode !== 0) throw new Error(`the preview failed:\n${result.output}`);
  return changesIn(readPlan(result).steps);
}

/**
 * `<operation> <type>` lines, sorted, each once. Steps of one replacement (create-replacement,
 * replace, delete-replaced) count as one `replace`.
 */
export function changesIn(steps: readonly PlanStep[]): string[] {
  const changes = steps
    .filter(({ op }) => !UNCHANGED.has(op))
    .map(({ op, urn }) => `${op.includes("replace") ? "replace" : op} ${resourceOf(urn).type}`);
  return [...new Set(changes)].sort();
}
