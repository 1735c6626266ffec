import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import {
  CUSTOM_DOMAIN,
  DATABASE_WEBHOOK,
  ROUTE,
  STRIPE_ENDPOINT,
  WORKER,
} from "../resource-types.ts";

/**
 * The webhooks of this stack reach its own Worker: its domain, its route, or its name under
 * workers.dev. Otherwise one environment's events would be another's.
 */
export function webhookRingsOwnWorker(): StackValidationPolicy {
  return {
    name: "webhook-rings-own-worker",
    description: "The host of each webhook's URL is this stack's Worker.",
    validateStack({ resources }, report) {
      const hosts = resources.flatMap(hostsOf);
      for (const { type, props, urn } of resources) {
        if (type !== DATABASE_WEBHOOK && type !== STRIPE_ENDPOINT) continue;
        const host = hostOf(String(props.url));
        if (hosts.some((own) => matches(host, own))) continue;
        report(
          `The webhook's URL leads to ${host}, which is not this stack's Worker (${hosts.join(", ") || "it has none"}).`,
          urn,
        );
      }
    },
  };
}

/** Hosts under which a resource makes the Worker reachable; `*` stands for one label. */
function hostsOf({ type, props }: PolicyResource): string[] {
  switch (type) {
    case CUSTOM_DOMAIN:
      return [String(props.hostname)];
    case ROUTE:
      return [String(props.pattern).replace(/\/.*$/, "")];
    case WORKER:
      return props.subdomain?.enabled === true ? [`${String(props.name)}.*.workers.dev`] : [];
    default:
      return [];
  }
}

function matches(host: string, own: string): boolean {
  const labels = own.split(".");
  const given = host.split(".");
  return (
    labels.length === given.length &&
    labels.every((label, index) => label === "*" || label === given[index])
  );
}

/** The local cloud serves all Workers at one address: there the first path segment is the host. */
function hostOf(url: string): string {
  const { hostname, pathname } = new URL(url);
  const isLoopback = hostname === "127.0.0.1" || hostname === "localhost";
  return isLoopback ? (pathname.split("/")[1] ?? "") : hostname;
}
