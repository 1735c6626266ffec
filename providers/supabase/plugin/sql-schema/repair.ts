import type { Step } from "../in-one-transaction.ts";
import type { CatalogObject } from "./catalog.ts";
import type { Drift } from "./drift.ts";

/** Other objects need it (2BP01), or it belongs to somebody else (42501): then it stays. */
const LEFT_AS_IT_IS = ["2BP01", "42501"];

/** What refers to others goes before them. */
const ORDER = [
  "grant",
  "membership",
  "trigger",
  "event trigger",
  "rule",
  "policy",
  "index",
  "constraint",
  "materialized view",
  "view",
];

/**
 * Steps that clear the way for the scripts: what was added goes; what was changed goes too where
 * the scripts make it anew (a script's `create … if not exists` would leave it as it is). What
 * holds data is never removed: a table only if it is empty, a column not at all.
 */
export function repairSteps(drift: readonly Drift[]): Step[] {
  return drift
    .flatMap(({ kind, label, found }) => {
      const sql = kind === "added" ? found?.remove : kind === "changed" ? found?.replace : null;
      return sql === null || sql === undefined ? [] : [{ label, sql }];
    })
    .sort((a, b) => rank(a.label) - rank(b.label))
    .map(({ label, sql }) => ({ name: `repair of ${label}`, sql, passOver: LEFT_AS_IT_IS }));
}

/** The drift that applying the scripts did not touch, given the catalog before and after. */
export function untouched(drift: readonly Drift[], after: readonly CatalogObject[]): Drift[] {
  const digests = new Map(after.map(({ label, digest }) => [label, digest]));
  return drift.filter(
    ({ found, label }) => found !== undefined && digests.get(label) === found.digest,
  );
}

function rank(label: string): number {
  const at = ORDER.findIndex((kind) => label.startsWith(`${kind} `));
  return at < 0 ? ORDER.length : at;
}
