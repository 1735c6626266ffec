import { type Account, newId } from "./account.ts";
import type { RouteRecord } from "./account-state.ts";
import { ApiError, apiCode, invalid } from "./api-error.ts";
import { requireWorker } from "./workers.ts";

export interface RouteRequest {
  readonly pattern?: unknown;
  readonly script?: unknown;
}

/** @throws ApiError 409 for a pattern that has a route, 404 for an unknown Worker */
export function createRoute(account: Account, request: RouteRequest): RouteRecord {
  const route = { id: newId(), ...readRoute(account, request) };
  requireFreePattern(account, route);
  account.state.routes.push(route);
  return route;
}

/** @throws ApiError as `createRoute` */
export function updateRoute(account: Account, id: string, request: RouteRequest): RouteRecord {
  const changed = { id, ...readRoute(account, request) };
  requireFreePattern(account, changed);
  const { state } = account;
  state.routes = state.routes.map((route) => (route.id === id ? changed : route));
  return changed;
}

export function deleteRoute(account: Account, id: string): void {
  account.state.routes = account.state.routes.filter((route) => route.id !== id);
}

/** @throws ApiError 404 */
export function requireRoute(account: Account, id: string): RouteRecord {
  const found = account.state.routes.find((route) => route.id === id);
  if (found) return found;
  throw new ApiError(404, apiCode.routeNotFound, `Route ${id} could not be found.`);
}

function readRoute(account: Account, request: RouteRequest): Omit<RouteRecord, "id"> {
  const { pattern, script } = request;
  if (typeof pattern !== "string" || pattern === "") throw invalid("A route needs a pattern.");
  const { zoneName } = account.tenant;
  const [host = ""] = pattern.replace(/^https?:\/\//, "").split("/");
  if (host !== zoneName && !host.endsWith(`.${zoneName}`) && host !== `*${zoneName}`) {
    throw invalid(`The pattern ${pattern} is not within the zone ${zoneName}.`);
  }
  if (script === undefined || script === null || script === "") return { pattern };
  return { pattern, script: requireWorker(account, String(script)).name };
}

function requireFreePattern(account: Account, route: RouteRecord): void {
  const taken = account.state.routes.some(
    ({ id, pattern }) => pattern === route.pattern && id !== route.id,
  );
  if (taken) {
    throw new ApiError(
      409,
      apiCode.routeExists,
      `A route with the pattern ${route.pattern} exists.`,
    );
  }
}
