import type { PlanStep } from "../plan/plan.ts";
import { resourceOf } from "../plan/plan.ts";

/** What a step would do to one resource, by its inputs. */
export interface ResourceChange {
  readonly type: string;
  readonly name: string;
  readonly op: "create" | "update" | "replace" | "delete";
  /** Empty for a resource that is created. */
  readonly before: Readonly<Record<string, unknown>>;
  /** Empty for a resource that is deleted. */
  readonly after: Readonly<Record<string, unknown>>;
  /** The top-level properties that differ. */
  readonly differing: ReadonlySet<string>;
}

const OPERATIONS: ReadonlySet<string> = new Set<ResourceChange["op"]>([
  "create",
  "update",
  "replace",
  "delete",
]);

/** The steps of a plan that change a resource. */
export function resourceChanges(steps: readonly PlanStep[]): ResourceChange[] {
  return steps.filter(isChange).map(({ op, urn, oldState, newState, detailedDiff }) => ({
    ...resourceOf(urn),
    op,
    before: op === "create" ? {} : (oldState?.inputs ?? {}),
    after: op === "delete" ? {} : (newState?.inputs ?? {}),
    differing: new Set(Object.keys(detailedDiff ?? {}).map((path) => path.replace(/[.[].*$/s, ""))),
  }));
}

function isChange(step: PlanStep): step is PlanStep & { op: ResourceChange["op"] } {
  return OPERATIONS.has(step.op);
}
