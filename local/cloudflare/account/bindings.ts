import type { Binding } from "./account-state.ts";
import { ApiError, apiCode, invalid } from "./api-error.ts";

/**
 * Reads the bindings of an upload. `inherit` and a secret without text take the binding of that
 * name from the previous version.
 *
 * @throws ApiError for a type that the local cloud cannot run, or a name given twice
 */
export function readBindings(
  bindings: readonly unknown[],
  previous: readonly Binding[] | undefined,
): readonly Binding[] {
  const read = bindings.map((binding) => readBinding(binding, previous));
  const names = read.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalid(`Binding name ${twice} is used more than once.`);
  return read;
}

/** A binding as the API shows it: never the text of a secret. */
export function shownBinding(binding: Binding): Record<string, unknown> {
  if (binding.type !== "secret_text") return { ...binding };
  return { name: binding.name, type: binding.type };
}

function readBinding(value: unknown, previous: readonly Binding[] | undefined): Binding {
  const { name, type, text, json } = (value ?? {}) as Record<string, unknown>;
  if (typeof name !== "string" || name === "") throw invalid("A binding must have a name.");
  switch (type) {
    case "plain_text":
      return { name, type, text: requireText(name, text) };
    case "secret_text":
      if (text === undefined) return inherited(name, previous);
      return { name, type, text: requireText(name, text) };
    case "json":
      return { name, type, json: requireJson(name, json) };
    case "version_metadata":
      return { name, type };
    case "inherit":
      return inherited(name, previous);
    default:
      throw invalid(`binding ${name} has type ${type}, which the local cloud cannot run.`);
  }
}

function requireText(name: string, text: unknown): string {
  if (typeof text === "string") return text;
  throw invalid(`binding ${name} must have a valid \`text\` specified`);
}

/** The provider sends JSON as a text, wrangler as it is. */
function requireJson(name: string, json: unknown): unknown {
  if (json === undefined) throw invalid(`binding ${name} must have a valid \`json\` specified`);
  if (typeof json === "string" && !isJson(json)) {
    throw invalid(`binding ${name} must have a valid \`json\` specified: this text is not JSON`);
  }
  return json;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function inherited(name: string, previous: readonly Binding[] | undefined): Binding {
  const found = previous?.find((binding) => binding.name === name);
  if (found) return found;
  throw new ApiError(
    400,
    apiCode.inheritWithoutPredecessor,
    `Binding ${name} cannot be inherited: the previous version has none of that name.`,
  );
}
