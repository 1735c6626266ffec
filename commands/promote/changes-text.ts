import type { StackEngine } from "../engine/engine-of-stack.ts";
import { type Plan, resourceOf, shortType } from "../plan/plan.ts";
import { propertyChanges } from "../plan/property-changes.ts";

/** Steps that leave a resource as it is, or that only finish a replacement. */
const SILENT = new Set(["same", "read", "refresh", "delete-replaced", "create-replacement"]);

/** The preview for somebody who has to say yes: one line a resource, and which of its properties. */
export function changesText({ stack, command }: StackEngine, plan: Plan): string {
  const changes = plan.steps.filter(({ op }) => !SILENT.has(op));
  if (changes.length === 0) return `Nothing changes in ${stack}.\n`;
  const lines = changes.map((change) => {
    const { type, name } = resourceOf(change.urn);
    const properties = propertyChanges(change).map(({ path }) => path);
    const what = properties.length > 0 ? `: ${properties.join(", ")}` : "";
    return `  ${change.op} ${shortType(type)} ${name}${what}\n`;
  });
  return `Changes in ${stack} (with values: ${command} preview --diff -s ${stack}):\n${lines.join("")}`;
}
