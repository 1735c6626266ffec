import type { CatalogObject, Objects } from "./catalog.ts";

/** An object that is not as the scripts left it. */
export interface Drift {
  readonly kind: "changed" | "missing" | "added";
  readonly label: string;
  /** As the catalog has it now; a missing one is not in it. */
  readonly found: CatalogObject | undefined;
  /** What has no need to be told, because a whole that it is part of has the same fate. */
  readonly isImplied: boolean;
}

/** Compares what is in the database with what the scripts had left there, in order of labels. */
export function driftOf(declared: Objects, catalog: readonly CatalogObject[]): Drift[] {
  const found = new Map(catalog.map((object) => [object.label, object]));
  const labels = [...new Set([...Object.keys(declared), ...found.keys()])].sort();
  const kinds = new Map(
    labels.flatMap((label) => {
      const kind = kindOf(declared[label], found.get(label)?.digest);
      return kind === undefined ? [] : [[label, kind] as const];
    }),
  );
  return [...kinds].map(([label, kind]) => ({
    kind,
    label,
    found: found.get(label),
    isImplied: kind !== "changed" && wholesOf(label).some((whole) => kinds.get(whole) === kind),
  }));
}

/** What an operator reads: `trigger x on public.organizations is disabled`. */
export function inWords(drift: readonly Drift[]): string[] {
  return drift
    .filter(({ isImplied }) => !isImplied)
    .map(({ kind, label, found }) => {
      if (kind === "changed") return `${label} ${found?.state ?? "changed"}`;
      return kind === "missing" ? `${label} is missing` : `${label} was added`;
    });
}

function kindOf(
  declared: string | undefined,
  found: string | undefined,
): Drift["kind"] | undefined {
  if (declared === found) return undefined;
  if (declared === undefined) return "added";
  return found === undefined ? "missing" : "changed";
}

/** Labels of the objects that the labelled one cannot be without. */
function wholesOf(label: string): string[] {
  const paths = [
    /^(?:constraint|index|trigger|policy|rule) .+ on (\S+)$/,
    /^row level security of (\S+)$/,
    /^column (.+)\.[^.]+$/,
    /^grant .+ on (?:table|sequence) (\S+) to /,
  ].flatMap((shape) => shape.exec(label)?.[1] ?? []);
  const relations = paths.flatMap((path) =>
    ["table", "view", "materialized view", "foreign table", "sequence"].map((k) => `${k} ${path}`),
  );
  const others = [
    /^grant .+ on ((?:function|procedure|schema) .+) to /,
    /^membership of \S+ in (\S+)$/,
    /^membership of (\S+) in /,
    /^grant .+ to (\S+)$/,
  ].flatMap((shape) => shape.exec(label)?.[1] ?? []);
  const schemas = [...paths, label.replace(/^.*?([^\s(]+)(?:\(.*)?$/, "$1")].flatMap((path) =>
    path.includes(".") ? [`schema ${path.split(".")[0]}`] : [],
  );
  return [...relations, ...others, ...others.map((name) => `role ${name}`), ...schemas];
}
