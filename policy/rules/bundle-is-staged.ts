import type { ResourceValidationPolicy } from "@pulumi/policy";
import { PROMOTION, WORKER_VERSION } from "../resource-types.ts";
import { environmentOf, type StackFiles, stackOf } from "../stack-files.ts";

/**
 * Production gets only a bundle that the stack before it runs. Which one that is only the program
 * can ask, so it declares a Promotion with what it found, first of all: this rule refuses one with
 * a problem, and a version of the Worker that no Promotion speaks of. What counts as a problem
 * stands in one place, stacks/promotion-problem.ts.
 */
export function bundleIsStaged(stacks: StackFiles): ResourceValidationPolicy {
  const compared = new Set<string>();
  return {
    name: "bundle-is-staged",
    description: "Production's bundle runs in the stack before it, or the operator said otherwise.",
    validateResource({ type, urn, props }, report) {
      if (type === PROMOTION) {
        compared.add(String(props.bundleDigest));
        if (props.problem !== undefined && props.allowUnstagedBundle !== true) {
          report(String(props.problem));
        }
      }
      if (type !== WORKER_VERSION) return;
      if (environmentOf(stackOf(urn), stacks) !== "production") return;
      const digest = String(props.annotations?.workersTag);
      if (compared.has(digest)) return;
      report(
        `Nothing says that the bundle ${digest} was compared with what the stack before runs: let stacks/index.ts call requireStagedBundle with it.`,
      );
    },
  };
}
