import { UNKNOWN } from "@stripe-customer-sync/provider-kit";
import type { PlanStep } from "./plan.ts";

/** A property that is, or would become, another. Values are as shown: short and without secrets. */
export interface PropertyChange {
  /** As in `versions[0].percentage` or `metadata["a.b"]`. */
  readonly path: string;
  /** Absent where there was none. */
  readonly old?: string;
  /** Absent where there is none any more. */
  readonly new?: string;
}

const SECRET = "[secret]";
const NOT_KNOWN = "(not known before the update)";
const LONGEST_VALUE_CHARACTERS = 200;

/**
 * The properties that differ between a step's old and new state. A secret whose change another
 * property tells by fingerprint is left out.
 */
export function propertyChanges(step: PlanStep): PropertyChange[] {
  const changes = Object.entries(step.detailedDiff ?? {}).map(([path, { kind }]) => ({
    path,
    ...(!kind.startsWith("add") && { old: shown(valueAt(step.oldState, path)) }),
    ...(!kind.startsWith("delete") && { new: shown(valueAt(step.newState, path)) }),
  }));
  const readable = changes.filter((change) => change.old !== SECRET || change.new !== SECRET);
  return readable.some(({ path }) => path.startsWith("fingerprint")) ? readable : changes;
}

function valueAt(state: PlanStep["oldState"], path: string): unknown {
  const keys = keysOf(path);
  return [state?.inputs, state?.outputs]
    .map((properties) => keys.reduce<unknown>(member, properties))
    .find((value) => value !== undefined);
}

/** `a.b[0]["c.d"]` → a, b, 0, c.d */
function keysOf(path: string): string[] {
  return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(
    ([, quoted, index, name]) => quoted ?? index ?? name ?? "",
  );
}

function member(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return value === SECRET ? SECRET : undefined;
  return (value as Record<string, unknown>)[key];
}

function shown(value: unknown): string {
  if (value === undefined || value === UNKNOWN) return NOT_KNOWN;
  if (value === SECRET) return SECRET;
  const text = JSON.stringify(value).replaceAll(`"${UNKNOWN}"`, NOT_KNOWN);
  return text.length > LONGEST_VALUE_CHARACTERS
    ? `${text.slice(0, LONGEST_VALUE_CHARACTERS)}…`
    : text;
}
