import { type Properties, type Stored, UserError } from "@stripe-customer-sync/provider-kit";

/** A stored resource, or one that is imported by an id such as `<account>/<worker>/<version>`. */
export interface Readable<Parent extends string> {
  readonly id: string;
  /** What the call's path needs beside the id. */
  readonly ids: Readonly<Record<Parent, string>>;
  /** What is declared; at an import everything that can be. */
  readonly inputs: Properties;
}

/**
 * @param parents names of the inputs that stand before the id in an import id, in order
 * @throws UserError for an import id of another shape
 */
export function storedOrImported<Parent extends string>(
  stored: Stored<Properties | undefined, Properties | undefined>,
  parents: readonly Parent[],
  declarable: readonly string[],
): Readable<Parent> {
  if (stored.inputs) {
    const { inputs } = stored;
    const ids = parents.map((name) => [name, String(inputs[name])]);
    return { id: stored.id, ids: Object.fromEntries(ids) as Record<Parent, string>, inputs };
  }
  const parts = stored.id.split("/");
  if (parts.length !== parents.length + 1) {
    const shape = [...parents, "id"].map((name) => `<${name}>`).join("/");
    throw new UserError(`An import needs an id of the form ${shape}.`);
  }
  const ids = Object.fromEntries(parents.map((name, index) => [name, parts[index]]));
  return {
    id: String(parts.at(-1)),
    ids: ids as Record<Parent, string>,
    inputs: Object.fromEntries(declarable.map((name) => [name, undefined])),
  };
}
