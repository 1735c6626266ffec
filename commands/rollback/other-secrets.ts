import type { Release } from "./releases.ts";

/** Names of the secrets that are not the same in both versions, by fingerprint; sorted. */
export function otherSecrets(one: Release, other: Release): string[] {
  const names = new Set([...Object.keys(one.fingerprints), ...Object.keys(other.fingerprints)]);
  return [...names].filter((name) => one.fingerprints[name] !== other.fingerprints[name]).sort();
}
