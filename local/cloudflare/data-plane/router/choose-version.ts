import type { RoutedScript } from "../routing-table.ts";

/**
 * The version that answers a request: the one that `Cloudflare-Workers-Version-Overrides` names
 * for this Worker, if it is deployed; else by percentage, at random, or always the same for the
 * same `Cloudflare-Workers-Version-Key`.
 * https://developers.cloudflare.com/workers/configuration/versions-and-deployments/gradual-deployments/
 */
export function chooseVersion(script: RoutedScript, headers: Headers): string | undefined {
  const pinned = override(headers.get("Cloudflare-Workers-Version-Overrides"), script.name);
  if (pinned && script.versions.some(({ id }) => id === pinned)) return pinned;

  const key = headers.get("Cloudflare-Workers-Version-Key");
  let point = key === null ? Math.random() * 100 : (hash(key) % 10_000) / 100;
  for (const { id, percentage } of script.versions) {
    if (point < percentage) return id;
    point -= percentage;
  }
  return script.versions.find(({ percentage }) => percentage > 0)?.id;
}

/** Reads one member of a structured-field dictionary such as `worker="id", other="id"`. */
function override(header: string | null, name: string): string | undefined {
  for (const member of header?.split(",") ?? []) {
    const [, key, value] = /^\s*([^=\s]+)\s*=\s*"([^"]*)"\s*$/.exec(member) ?? [];
    if (key === name) return value;
  }
  return undefined;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  }
  return value;
}
