import structMessages from "google-protobuf/google/protobuf/struct_pb.js";
import type { Properties } from "./properties.ts";
import { withoutSecretMarks } from "./secret-mark.ts";

/** Properties as the protocol's Struct; keys without a value (`undefined`) are left out. */
export function toStruct(properties: object): structMessages.Struct {
  return structMessages.Struct.fromJavaScript(withoutUndefined(properties));
}

/** Plain properties of a Struct; none when the message does not carry one. */
export function fromStruct(struct: structMessages.Struct | undefined): Properties {
  return struct === undefined ? {} : withoutSecretMarks(struct.toJavaScript());
}

// Struct.fromJavaScript throws on undefined instead of leaving the key out.
function withoutUndefined(properties: object): Record<string, structMessages.JavaScriptValue> {
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, plainValue(value)]),
  );
}

function plainValue(value: unknown): structMessages.JavaScriptValue {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value === "object") return withoutUndefined(value);
  return value;
}
