import type { Permission } from "./api-key.ts";

/**
 * What a restricted key would need for a resource that the double does not have:
 * `GET /v1/payment_intents` needs `payment_intent_read`.
 */
export function foreignPermission(method: string, path: string): Permission | undefined {
  const [, resource] = /^\/v1\/([a-z_]+)(?:\/|$)/.exec(path) ?? [];
  if (resource === undefined) return undefined;
  const kind = resource.replace(/ies$/, "y").replace(/s$/, "");
  return `${kind}_${method === "GET" ? "read" : "write"}`;
}
