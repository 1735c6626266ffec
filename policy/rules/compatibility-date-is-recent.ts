import type { ResourceValidationPolicy } from "@pulumi/policy";
import { WORKER_VERSION } from "../resource-types.ts";

/**
 * The runtime's behaviour of more than a year ago misses fixes and soon nobody remembers it.
 * https://developers.cloudflare.com/workers/configuration/compatibility-dates/
 */
export function compatibilityDateIsRecent(
  now: () => Date = () => new Date(),
): ResourceValidationPolicy {
  return {
    name: "compatibility-date-is-recent",
    description: "A Worker's compatibility date is not older than a year.",
    validateResource({ type, props }, report) {
      if (type !== WORKER_VERSION) return;
      const date = String(props.compatibilityDate ?? "");
      const oldest = aYearBefore(now());
      // Written as year-month-day, dates compare as texts.
      if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || date < oldest) {
        report(
          `The compatibility date is ${date === "" ? "not set" : date}; it must be ${oldest} or later. Set COMPATIBILITY_DATE in infra/sync-worker.ts to a date that the tests pass with.`,
        );
      }
    },
  };
}

function aYearBefore(date: Date): string {
  const before = new Date(date);
  before.setUTCFullYear(before.getUTCFullYear() - 1);
  return before.toISOString().slice(0, 10);
}
