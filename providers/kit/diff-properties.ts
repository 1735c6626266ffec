import type { Properties } from "./properties.ts";
import { memberPath } from "./property-path.ts";

/** How a property changes; with `-replace` where the change needs a new resource. */
export type DiffKind = ChangeKind | `${ChangeKind}-replace`;
type ChangeKind = "add" | "delete" | "update";

/** What an update would change. */
export type DiffResult = {
  readonly changes: boolean;
  /** By path, as in `versions[0].percentage` or `metadata["a.b"]`. */
  readonly detailedDiff: Readonly<Record<string, DiffKind>>;
  /** Top-level properties that need a new resource. */
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
};

export type DiffOptions = {
  /** Top-level properties whose change needs a new resource. */
  readonly replaceOn?: readonly string[] | undefined;
  readonly deleteBeforeReplace?: boolean | undefined;
  /** Top-level lists of texts whose order means nothing. */
  readonly sets?: readonly string[] | undefined;
};

/** Compares inputs property by property, at any depth; `null` is the same as absent. */
export function diffProperties(
  olds: Properties,
  news: Properties,
  { replaceOn = [], deleteBeforeReplace = false, sets = [] }: DiffOptions = {},
): DiffResult {
  const compare = (name: string) => (sets.includes(name) ? changesOfSet : changesAt);
  const changed = namesIn(olds, news)
    .map((name) => ({ name, changes: compare(name)(memberPath("", name), olds[name], news[name]) }))
    .filter(({ changes }) => changes.length > 0);
  const replaces = changed.map(({ name }) => name).filter((name) => replaceOn.includes(name));
  const kinds = changed.flatMap(({ name, changes }) =>
    changes.map(([path, kind]): [string, DiffKind] => [
      path,
      replaces.includes(name) ? `${kind}-replace` : kind,
    ]),
  );
  return {
    changes: changed.length > 0,
    detailedDiff: Object.fromEntries(kinds),
    replaces,
    deleteBeforeReplace: replaces.length > 0 && deleteBeforeReplace,
  };
}

type PathChange = [path: string, kind: ChangeKind];

function changesAt(path: string, before: unknown, after: unknown): PathChange[] {
  const wasThere = before !== undefined && before !== null;
  const isThere = after !== undefined && after !== null;
  if (!wasThere) return isThere ? [[path, "add"]] : [];
  if (!isThere) return [[path, "delete"]];
  if (Array.isArray(before) && Array.isArray(after)) {
    const longest = Math.max(before.length, after.length);
    return Array.from({ length: longest }).flatMap((_, index) =>
      changesAt(memberPath(path, index), before[index], after[index]),
    );
  }
  if (isObject(before) && isObject(after)) {
    return namesIn(before, after).flatMap((name) =>
      changesAt(memberPath(path, name), before[name], after[name]),
    );
  }
  return Object.is(before, after) ? [] : [[path, "update"]];
}

/**
 * A member that goes has its index in the old list, one that comes in the new list: so the engine
 * shows just these members, not all that moved.
 */
function changesOfSet(path: string, before: unknown, after: unknown): PathChange[] {
  if (!Array.isArray(before) || !Array.isArray(after)) return changesAt(path, before, after);
  const kinds = new Map<number, ChangeKind>();
  for (const [index, member] of before.entries()) {
    if (!after.includes(member)) kinds.set(index, "delete");
  }
  for (const [index, member] of after.entries()) {
    if (!before.includes(member)) kinds.set(index, kinds.has(index) ? "update" : "add");
  }
  return [...kinds]
    .sort(([a], [b]) => a - b)
    .map(([index, kind]) => [memberPath(path, index), kind]);
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function namesIn(olds: Properties, news: Properties): string[] {
  return [...new Set([...Object.keys(olds), ...Object.keys(news)])].sort();
}
