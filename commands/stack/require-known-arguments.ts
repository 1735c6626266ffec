import { UserError } from "@stripe-customer-sync/provider-kit";

/**
 * Refuses what a command does not know: a mistyped `--dry-run` must not be a run, and a stack
 * without a name must not be another one.
 *
 * @param parsed what citty made of the command line
 * @param known the names of the command's options
 * @param positional what its further words are, as in "ORG"; absent when it takes none
 * @throws UserError
 */
export function requireKnownArguments(
  parsed: { readonly _: readonly string[] } & Readonly<Record<string, unknown>>,
  known: readonly string[],
  positional?: string,
): void {
  const allowed = new Set(["_", ...known, ...known.map(camelCase)]);
  const unknown = Object.keys(parsed).find((key) => !allowed.has(key));
  if (unknown !== undefined) {
    const options = known.map((name) => `--${name}`).join(", ");
    throw new UserError(`There is no option --${unknown}; nothing was done. Options: ${options}.`);
  }
  if (parsed.stack === "") throw new UserError("Name the stack, as in --stack staging.");
  const [word] = parsed._;
  if (positional === undefined && word !== undefined) {
    throw new UserError(`What is "${word}"? Only options are taken here; nothing was done.`);
  }
}

function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
