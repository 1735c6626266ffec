import type { WorkerLoader } from "@cloudflare/workers-types";
import type { RoutingTable } from "../routing-table.ts";

export interface RouterEnv {
  readonly LOADER: WorkerLoader;
  /** Node: the control plane's side of this data plane. */
  readonly CONTROL: { fetch(url: string, init?: RequestInit): Promise<Response> };
  /** Proves that a command comes from the control plane. */
  readonly COMMAND_TOKEN: string;
}

/** What every invocation of the router shares. */
export interface RouterState {
  /** Undefined after a restart of the runtime, until the first request asks for it. */
  table: Promise<RoutingTable> | undefined;
  /** Requests answered, by script key. */
  readonly requests: Map<string, number>;
}

export const routerState: RouterState = { table: undefined, requests: new Map() };

/** The table that was pushed last, or the control plane's after a restart. */
export async function routingTable(env: RouterEnv): Promise<RoutingTable> {
  routerState.table ??= fetchTable(env);
  try {
    return await routerState.table;
  } catch (error) {
    routerState.table = undefined;
    throw error;
  }
}

async function fetchTable(env: RouterEnv): Promise<RoutingTable> {
  const response = await env.CONTROL.fetch("http://control/table");
  return (await response.json()) as RoutingTable;
}
