import type { ResourceValidationPolicy } from "@pulumi/policy";
import { DEPLOYMENT } from "../resource-types.ts";

interface Share {
  readonly versionId: string;
  readonly percentage: number;
}

/** A deployment shares out all requests: neither more nor less than 100 %. */
export function percentagesSumTo100(): ResourceValidationPolicy {
  return {
    name: "percentages-sum-to-100",
    description: "The versions of a deployment share out exactly 100 % of the requests.",
    validateResource({ type, props }, report) {
      if (type !== DEPLOYMENT) return;
      const shares = ((props.versions ?? []) as Share[]).map(({ percentage }) => percentage);
      const sum = shares.reduce((total, share) => total + share, 0);
      if (sum !== 100 || shares.some((share) => share < 0)) {
        report(
          `The deployment gives ${shares.map((share) => `${share} %`).join(" + ") || "nothing"} = ${sum} % of the requests to its versions; it must be 100 %, none below 0.`,
        );
      }
    },
  };
}
