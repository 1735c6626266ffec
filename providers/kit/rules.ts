import type { CheckFailure } from "./properties.ts";
import { memberPath } from "./property-path.ts";
import { REDACTED, redact } from "./redact.ts";
import { suggestion } from "./suggestion.ts";
import { UNKNOWN } from "./unknown.ts";

/** What a property's value must be. A rule without {@link optional} needs a value. */
export type Rule = {
  readonly optional?: boolean;
  /** Taken where the program gives no value. */
  readonly byDefault?: unknown;
  /** Called with a value that is there and known. */
  findings(value: unknown, place: Place): readonly CheckFailure[];
};

type Place = {
  /** Path of the property, as in `versions[0].percentage`. */
  readonly path: string;
  /** Whether the value must not appear in the reason. */
  readonly hidden: boolean;
};

/** A text; by default not an empty one. */
export function text(
  limits: {
    readonly pattern?: RegExp;
    /** What the pattern stands for, as in "a project's reference: 20 lowercase letters". */
    readonly like?: string;
    readonly atLeast?: number;
    readonly atMost?: number;
  } = {},
): Rule {
  const { pattern, like = `text that matches ${pattern}`, atLeast = 1, atMost } = limits;
  return rule((value) => {
    if (typeof value !== "string") return "must be text";
    if (value.length < atLeast) {
      return atLeast === 1 ? "must not be empty" : `must have at least ${atLeast} characters`;
    }
    if (atMost !== undefined && value.length > atMost) {
      return `must have at most ${atMost} characters, not ${value.length}`;
    }
    return pattern === undefined || pattern.test(value) ? undefined : `must be ${like}`;
  });
}

/**
 * An absolute URL without credentials. `https` is needed except for the machine itself
 * (`localhost`, `127.0.0.1`, `[::1]`), where `http` is accepted too.
 */
export function url(): Rule {
  return rule((value) => {
    const parsed = typeof value === "string" ? URL.parse(value) : null;
    if (parsed === null) return "must be an absolute URL such as https://example.com/path";
    if (parsed.username !== "" || parsed.password !== "") return "must not carry credentials";
    const isLoopback = ["localhost", "127.0.0.1", "[::1]"].includes(parsed.hostname);
    const fits = parsed.protocol === "https:" || (parsed.protocol === "http:" && isLoopback);
    return fits ? undefined : "must begin with https:// (http:// only for 127.0.0.1)";
  });
}

/** One of the given texts. */
export function oneOf(...choices: readonly string[]): Rule {
  return rule((value) => {
    if (typeof value === "string" && choices.includes(value)) return undefined;
    const hint = typeof value === "string" ? suggestion(value, choices) : "";
    return `must be one of ${choices.map((choice) => `"${choice}"`).join(", ")}${hint}`;
  });
}

/** A whole number. */
export function integer(
  limits: { readonly atLeast?: number; readonly atMost?: number } = {},
): Rule {
  const { atLeast = Number.MIN_SAFE_INTEGER, atMost = Number.MAX_SAFE_INTEGER } = limits;
  return rule((value) => {
    if (typeof value !== "number" || !Number.isSafeInteger(value)) return "must be a whole number";
    if (value < atLeast) return `must be at least ${atLeast}`;
    return value > atMost ? `must be at most ${atMost}` : undefined;
  });
}

/** True or false. */
export function flag(): Rule {
  return rule((value) => (typeof value === "boolean" ? undefined : "must be true or false"));
}

/** A list of values that fit the same rule. */
export function list(
  member: Rule,
  limits: { readonly atLeast?: number; readonly distinct?: boolean } = {},
): Rule {
  const { atLeast = 0, distinct = false } = limits;
  return {
    findings(value, place) {
      if (!Array.isArray(value)) return [failure("must be a list", value, place)];
      const own =
        value.length < atLeast
          ? [failure(`must have at least ${atLeast} member(s)`, value, place)]
          : [];
      const twice = distinct ? value.filter((each, at) => value.indexOf(each) !== at) : [];
      return [
        ...own,
        ...twice.map((each) => failure("must not name a member twice", each, place)),
        ...value.flatMap((each, at) => findingsAt(member, each, at, place)),
      ];
    },
  };
}

/** An object with any keys, whose values fit the same rule. */
export function record(member: Rule): Rule {
  return {
    findings(value, place) {
      if (!isObject(value)) return [failure("must be an object", value, place)];
      return Object.entries(value).flatMap(([key, each]) => findingsAt(member, each, key, place));
    },
  };
}

/** An object with just these keys. */
export function shape(members: Readonly<Record<string, Rule>>): Rule {
  return {
    findings(value, place) {
      if (!isObject(value)) return [failure("must be an object", value, place)];
      const unknownNames = Object.keys(value).filter((name) => !Object.hasOwn(members, name));
      return [
        ...unknownNames.map((name) => ({
          property: memberPath(place.path, name),
          reason: `there is no property "${name}"${suggestion(name, Object.keys(members))}`,
        })),
        ...Object.entries(members).flatMap(([name, member]) =>
          findingsAt(member, value[name], name, place),
        ),
      ];
    },
  };
}

/** The rule, for a property that need not be there. */
export function optional(inner: Rule, byDefault?: unknown): Rule {
  return { ...inner, optional: true, byDefault };
}

/** The rule, for a value that no message may show. */
export function secret(inner: Rule): Rule {
  return {
    ...inner,
    findings: (value, place) => inner.findings(value, { ...place, hidden: true }),
  };
}

function findingsAt(
  member: Rule,
  value: unknown,
  key: string | number,
  place: Place,
): readonly CheckFailure[] {
  const path = memberPath(place.path, key);
  if (value === UNKNOWN) return [];
  if (value === undefined || value === null) {
    return member.optional === true ? [] : [{ property: path, reason: `"${path}" is required` }];
  }
  return member.findings(value, { ...place, path });
}

function rule(fault: (value: unknown) => string | undefined): Rule {
  return {
    findings(value, place) {
      const found = fault(value);
      return found === undefined ? [] : [failure(found, value, place)];
    },
  };
}

function failure(fault: string, value: unknown, { path, hidden }: Place): CheckFailure {
  // A key may have been put into the wrong property.
  const shown = hidden ? REDACTED : shortened(redact(JSON.stringify(value), []));
  return { property: path, reason: `"${path}" ${fault}, not ${shown}` };
}

function shortened(json: string): string {
  const atMost = 80;
  return json.length > atMost ? `${json.slice(0, atMost)}…` : json;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
