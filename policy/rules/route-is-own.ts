import type { ResourceValidationPolicy } from "@pulumi/policy";
import { CUSTOM_DOMAIN, ROUTE, WORKER } from "../resource-types.ts";
import { type StackFiles, type StackSettings, stackOf } from "../stack-files.ts";

/**
 * Two stacks with one route, domain or Worker would take each other's requests. What other stacks
 * have is read from their stack files, so a stack that has no file in this checkout is not seen.
 */
export function routeIsOwn(stacks: StackFiles): ResourceValidationPolicy {
  return {
    name: "route-is-own",
    description: "No route, domain or Worker belongs to two stacks.",
    validateResource({ type, urn, props }, report) {
      const own = stackOf(urn);
      for (const [stack, settings] of stacks) {
        if (stack === own) continue;
        const shared = sharedWith(type, props, stack, settings);
        if (shared === undefined) continue;
        report(`${shared} belongs to stack ${stack} too (Pulumi.${stack}.yaml): choose another.`);
      }
    },
  };
}

function sharedWith(
  type: string,
  props: Record<string, unknown>,
  stack: string,
  other: StackSettings,
): string | undefined {
  const taken = [other.domain, other.route].filter((place) => place !== undefined).map(hostOf);
  const isTaken = (place: unknown) => taken.some((host) => meet(hostOf(String(place)), host));
  switch (type) {
    case ROUTE:
      return isTaken(props.pattern) ? `The route ${String(props.pattern)}` : undefined;
    case CUSTOM_DOMAIN:
      return isTaken(props.hostname) ? `The domain ${String(props.hostname)}` : undefined;
    case WORKER: {
      const name = other.workerName ?? `stripe-customer-sync-${stack}`;
      const isSame = props.accountId === other.cloudflareAccountId && props.name === name;
      return isSame ? `The Worker ${name}` : undefined;
    }
    default:
      return undefined;
  }
}

/** `host/*` → `host`; a route may begin with a star that stands for any beginning. */
function hostOf(place: string): string {
  return place.replace(/\/.*$/, "");
}

function meet(a: string, b: string): boolean {
  const covers = (pattern: string, host: string) =>
    pattern.startsWith("*") ? host.endsWith(pattern.slice(1)) : pattern === host;
  return covers(a, b) || covers(b, a);
}
