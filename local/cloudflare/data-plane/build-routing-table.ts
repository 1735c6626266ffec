import type { Account } from "../account/account.ts";
import { type RoutingTable, scriptKey } from "./routing-table.ts";

/** What the accounts' present state says about hosts, routes and live versions. */
export function buildRoutingTable(accounts: Iterable<Account>): RoutingTable {
  const hosts: Record<string, string> = {};
  const routes: RoutingTable["routes"][number][] = [];
  const scripts: Record<string, RoutingTable["scripts"][string]> = {};
  for (const { tenant, state, stopped } of accounts) {
    const key = (name: string) => scriptKey(tenant.accountId, name);
    for (const worker of state.workers) {
      scripts[key(worker.name)] = {
        name: worker.name,
        versions: (worker.deployments[0]?.versions ?? []).map(({ version_id, percentage }) => ({
          id: version_id,
          percentage,
        })),
        stopped: stopped.has(worker.id),
      };
      if (worker.settings.subdomain.enabled) {
        hosts[`${worker.name}.${tenant.workersDevSubdomain}.workers.dev`] = key(worker.name);
      }
    }
    for (const { hostname, service } of state.domains) hosts[hostname] = key(service);
    for (const { pattern, script } of state.routes) {
      routes.push(script === undefined ? { pattern } : { pattern, script: key(script) });
    }
  }
  return { hosts, routes, scripts };
}
