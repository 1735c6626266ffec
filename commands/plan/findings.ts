import { type Plan, type PlanStep, resourceOf } from "./plan.ts";
import { type PropertyChange, propertyChanges } from "./property-changes.ts";

/** A resource that is, or becomes, another. */
export interface Finding {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** `deleted` and `changed` for drift; for the program the engine's word for its step. */
  readonly change: string;
  readonly properties: readonly PropertyChange[];
}

/** The engine's words for its steps, and ours; other steps leave the resource as it is. */
type Words = Readonly<Record<string, string>>;

/** For a plan of `refresh`: what other hands did. */
export const CLOUD_CHANGES: Words = { update: "changed", delete: "deleted" };

/** For a plan of `preview`: what an update would do. */
export const PROGRAM_CHANGES: Words = {
  create: "create",
  update: "update",
  replace: "replace",
  delete: "delete",
};

/** The steps of a plan that change something in the cloud, as `words` call them. */
export function findingsIn({ steps }: Plan, words: Words): Finding[] {
  return steps.filter(({ urn }) => isInCloud(urn)).flatMap((step) => findingIn(step, words));
}

/**
 * Components and the stack itself are only in the state. So are providers, whose settings differ
 * wherever a token comes from the environment: one that only reads is no change of the stack.
 */
export function isInCloud(urn: string): boolean {
  return !/^(?:pulumi|stripe-customer-sync):/.test(resourceOf(urn).type);
}

function findingIn(step: PlanStep, words: Words): Finding[] {
  const change = words[step.op];
  if (change === undefined) return [];
  return [{ urn: step.urn, ...resourceOf(step.urn), change, properties: propertyChanges(step) }];
}
