import type { RoutingPattern, RoutingTable } from "../routing-table.ts";

/** Where a request goes. */
export interface Destination {
  /** Absent when the host is known but no Worker answers for the path. */
  readonly script: string | undefined;
  /** As the Worker sees it. */
  readonly url: URL;
}

/**
 * Finds the Worker of a request by its Host header or, because host names of the local cloud
 * resolve nowhere, by the first segment of its path: `/api.example.com/hook` is `/hook` of
 * `api.example.com`.
 *
 * @returns undefined when neither names a known host
 */
export function findScript(
  table: RoutingTable,
  hostHeader: string,
  requestUrl: string,
): Destination | undefined {
  const { pathname, search } = new URL(requestUrl);
  const host = hostHeader.replace(/:\d+$/, "").toLowerCase();
  if (isKnownHost(table, host)) return destination(table, host, pathname, search);

  const [, segment = "", rest = ""] = /^\/([^/]*)(.*)$/s.exec(pathname) ?? [];
  const named = segment.toLowerCase();
  if (!isKnownHost(table, named)) return undefined;
  return destination(table, named, rest || "/", search);
}

function destination(table: RoutingTable, host: string, path: string, search: string): Destination {
  const url = new URL(`https://${host}`);
  url.pathname = path;
  url.search = search;
  const route = mostSpecific(table.routes.filter(({ pattern }) => matches(pattern, host, path)));
  return { url, script: route ? route.script : table.hosts[host] };
}

function isKnownHost(table: RoutingTable, host: string): boolean {
  if (host === "") return false;
  if (Object.hasOwn(table.hosts, host)) return true;
  return table.routes.some(({ pattern }) => glob(splitPattern(pattern).host).test(host));
}

function matches(pattern: string, host: string, path: string): boolean {
  const parts = splitPattern(pattern);
  return glob(parts.host).test(host) && glob(parts.path).test(path);
}

function mostSpecific(routes: readonly RoutingPattern[]): RoutingPattern | undefined {
  return routes.toSorted((a, b) => b.pattern.length - a.pattern.length)[0];
}

/** A pattern without a path matches the root alone. */
function splitPattern(pattern: string): { host: string; path: string } {
  const bare = pattern.replace(/^https?:\/\//, "");
  const slash = bare.indexOf("/");
  if (slash < 0) return { host: bare.toLowerCase(), path: "/" };
  return { host: bare.slice(0, slash).toLowerCase(), path: bare.slice(slash) };
}

function glob(pattern: string): RegExp {
  const escaped = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${escaped.join(".*")}$`, "s");
}
