import { UserError } from "@stripe-customer-sync/provider-kit";

/** The id under which the engine knows a resource, and by which it is imported. */
export function resourceId(...parts: readonly string[]): string {
  return parts.join("/");
}

/**
 * The parts of an id, in the order of `names`.
 *
 * @throws UserError when the id does not have just these parts
 */
export function partsOfId<const Names extends readonly string[]>(
  id: string,
  names: Names,
): { [Index in keyof Names]: string } {
  const parts = id.split("/");
  if (parts.length !== names.length || parts.includes("")) {
    throw new UserError(
      `The id must read ${names.map((name) => `<${name}>`).join("/")}, not ${id}.`,
    );
  }
  return parts as { [Index in keyof Names]: string };
}
