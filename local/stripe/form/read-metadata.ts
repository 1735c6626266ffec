import { ApiError } from "../api/api-error.ts";
import type { ParameterReader } from "./parameter-reader.ts";

/** Limits of https://docs.stripe.com/metadata#data. */
const MAX_KEYS = 50;
const MAX_KEY_CHARACTERS = 40;
const MAX_VALUE_CHARACTERS = 500;

export type Metadata = Readonly<Record<string, string>>;

/** A change of metadata: null removes all, an empty value removes a key. */
export type MetadataChange = Metadata | null;

/** @throws ApiError 400 for keys and values over the limits, and for values that are no text */
export function readMetadata(parameters: ParameterReader): MetadataChange | undefined {
  const hash = parameters.hash("metadata");
  if (hash === undefined || hash === null) return hash;
  const change: [string, string][] = [];
  for (const [key, value] of hash.entries()) {
    const param = hash.param(key);
    if (typeof value !== "string") {
      throw ApiError.invalid("Metadata values must be strings, but you passed in a hash.", {
        param,
      });
    }
    requireLength("key", key, MAX_KEY_CHARACTERS, "metadata");
    requireLength("value", value, MAX_VALUE_CHARACTERS, param);
    change.push([key, value]);
  }
  return Object.fromEntries(change);
}

/**
 * Merges key by key, as Stripe does on each POST.
 *
 * @throws ApiError 400 when more than 50 keys would result
 */
export function mergeMetadata(present: Metadata, change: MetadataChange | undefined): Metadata {
  if (change === undefined) return present;
  if (change === null) return {};
  const merged = new Map(Object.entries(present));
  for (const [key, value] of Object.entries(change)) {
    if (value === "") merged.delete(key);
    else merged.set(key, value);
  }
  if (merged.size > MAX_KEYS) {
    throw ApiError.invalid(
      `Metadata can have up to ${MAX_KEYS} keys, but this object would have ${merged.size}.`,
      { param: "metadata" },
    );
  }
  return Object.fromEntries(merged);
}

/** Stripe counts characters, not UTF-16 units. */
function requireLength(what: "key" | "value", text: string, max: number, param: string): void {
  const length = text.length > max ? [...text].length : text.length;
  if (length <= max) return;
  throw ApiError.invalid(
    `Metadata ${what}s can have up to ${max} characters, but you passed in a ${what} that is ${length} characters. Invalid ${what}: ${text}`,
    { param },
  );
}
