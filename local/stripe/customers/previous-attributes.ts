import { isDeepStrictEqual } from "node:util";

/**
 * What an event tells about an update: the former value of each attribute that changed, inside of
 * metadata too, null for one that was not there. Undefined when nothing changed.
 */
export function previousAttributes(before: object, after: object): object | undefined {
  const former = new Map(Object.entries(before));
  const now = new Map(Object.entries(after));
  const changed = [...new Set([...former.keys(), ...now.keys()])].flatMap((name) => {
    const [was, is]: unknown[] = [former.get(name), now.get(name)];
    if (isDeepStrictEqual(was, is)) return [];
    const inside = isHash(was) && isHash(is) ? previousAttributes(was, is) : undefined;
    return [[name, inside ?? was ?? null]];
  });
  return changed.length === 0 ? undefined : Object.fromEntries(changed);
}

function isHash(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
