import type * as v from "valibot";

/**
 * What a reader expects of a JSON value, as data. Of members it does not name it expects nothing;
 * a member whose name ends with `?` may be missing.
 */
export type Shape =
  | "text"
  | "number"
  | "boolean"
  | "null"
  | "anything"
  | { readonly words: readonly string[] }
  | { readonly list: Shape }
  | { readonly values: Shape }
  | { readonly members: Readonly<Record<string, Shape>> }
  | { readonly either: readonly Shape[] };

/** Anything of valibot that the Worker's answers are made of. */
type Schema = v.GenericSchema & {
  readonly options?: readonly unknown[];
  readonly literal?: unknown;
  readonly item?: Schema;
  readonly value?: Schema;
  readonly wrapped?: Schema;
  readonly entries?: Readonly<Record<string, Schema>>;
};

/**
 * The shape that a schema reads, before it makes anything else of it.
 *
 * @throws for a kind of schema that no answer has had yet
 */
export function shapeOf(schema: Schema): Shape {
  switch (schema.type) {
    case "string":
      return "text";
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "unknown":
      return "anything";
    case "literal":
      return { words: [String(schema.literal)] };
    case "picklist":
      return { words: (schema.options ?? []).map(String) };
    case "array":
      return { list: shapeOf(required(schema.item)) };
    case "record":
      return { values: shapeOf(required(schema.value)) };
    case "nullable":
    case "nullish":
      return { either: [shapeOf(required(schema.wrapped)), "null"] };
    case "union":
    case "variant":
      return { either: (schema.options ?? []).map((option) => shapeOf(option as Schema)) };
    case "object":
      return {
        members: Object.fromEntries(
          Object.entries(schema.entries ?? {}).map(([name, member]) => [
            member.type === "nullish" ? `${name}?` : name,
            shapeOf(member),
          ]),
        ),
      };
    default:
      throw new Error(`A contract cannot say yet what a schema of type ${schema.type} reads.`);
  }
}

/** Where a value is not of the shape, in words; undefined when it is. */
export function mismatch(shape: Shape, value: unknown, path = "the answer"): string | undefined {
  if (shape === "anything") return undefined;
  if (shape === "null") return value === null ? undefined : `${path} is not null`;
  if (shape === "text") return typeof value === "string" ? undefined : `${path} is not a text`;
  if (shape === "number" || shape === "boolean") {
    return typeof value === shape ? undefined : `${path} is not a ${shape}`;
  }
  if ("words" in shape) {
    if (shape.words.includes(String(value))) return undefined;
    return `${path} is ${JSON.stringify(value)}, which is none of ${shape.words.join(", ")}`;
  }
  if ("either" in shape) {
    const mismatches = shape.either.map((option) => mismatch(option, value, path));
    return mismatches.includes(undefined) ? undefined : longest(mismatches);
  }
  if ("list" in shape) {
    if (!Array.isArray(value)) return `${path} is not a list`;
    return firstOf(value.map((member, index) => mismatch(shape.list, member, `${path}[${index}]`)));
  }
  if (typeof value !== "object" || value === null) return `${path} is not an object`;
  const found = value as Readonly<Record<string, unknown>>;
  if ("values" in shape) {
    const members = Object.entries(found);
    return firstOf(
      members.map(([name, member]) => mismatch(shape.values, member, `${path}.${name}`)),
    );
  }
  return firstOf(
    Object.entries(shape.members).map(([name, member]) => {
      const key = name.replace(/\?$/, "");
      if (key in found) return mismatch(member, found[key], `${path}.${key}`);
      return name === key ? `${path} has no ${key}` : undefined;
    }),
  );
}

function firstOf(mismatches: readonly (string | undefined)[]): string | undefined {
  return mismatches.find((found) => found !== undefined);
}

/** Of the alternatives the one that went furthest in says most. */
function longest(mismatches: readonly (string | undefined)[]): string | undefined {
  return [...mismatches].sort((a, b) => (b?.length ?? 0) - (a?.length ?? 0))[0];
}

function required(schema: Schema | undefined): Schema {
  if (schema === undefined) throw new Error("A schema is not built as this reads it.");
  return schema;
}
