import { diffProperties, type Properties } from "@stripe-customer-sync/provider-kit";
import { asDeclared } from "./as-declared.ts";

/**
 * Compares only what the program declares: what it leaves to the cloud, an import knows and the
 * program does not, and the official provider sees no difference in it.
 */
export function diffDeclared(replaceOn: readonly string[]) {
  return ({ oldInputs, newInputs }: { oldInputs: Properties; newInputs: Properties }) =>
    diffProperties(asDeclared(newInputs, oldInputs) as Properties, newInputs, { replaceOn });
}
