import { redact, UserError } from "@stripe-customer-sync/provider-kit";
import * as v from "valibot";
import type { StackEngine } from "../engine/engine-of-stack.ts";
import { jsonDocument } from "../engine/json-document.ts";

const configuration = v.record(v.string(), v.object({ value: v.optional(v.string(), "") }));

/**
 * Every configured value of a stack by its full key, secrets decrypted.
 *
 * @throws UserError when the engine does not give it; what the engine says then holds no value
 */
export async function readConfiguration(
  engine: StackEngine,
): Promise<Readonly<Record<string, string>>> {
  const { exitCode, output } = await engine.run("config", "--show-secrets", "--json");
  if (exitCode !== 0) {
    throw new UserError(engineFailure(`Could not open stack ${engine.stack}`, output));
  }
  const found = v.safeParse(configuration, jsonDocument(output));
  // Not a word of the answer: it holds the stack's secrets.
  if (!found.success) {
    throw new UserError(`Could not open stack ${engine.stack}: the engine gave no configuration.`);
  }
  return Object.fromEntries(
    Object.entries(found.output).map(([key, { value }]) => [key, value] as const),
  );
}

/** What to do about the failures that an operator meets, by the engine's words for them. */
const ADVICE: readonly (readonly [words: RegExp, advice: string])[] = [
  [/no stack named/, "Compare the name with those of `pulumi stack ls`."],
  [/passphrase must be set/, "Set PULUMI_CONFIG_PASSPHRASE to the stack's passphrase."],
  [/incorrect passphrase/, "Set PULUMI_CONFIG_PASSPHRASE to this stack's own passphrase."],
  [
    /PULUMI_ACCESS_TOKEN must be set/,
    "Log in with `pulumi login`, or set PULUMI_BACKEND_URL to where the state is kept.",
  ],
];

/** A failure of the engine in one line: what failed, its own words, and what to do. */
export function engineFailure(what: string, output: string): string {
  const words = redact(output, []).replace(/\s+/g, " ").trim();
  const said = words.match(/error: (.*)$/)?.[1] ?? words;
  const advice = ADVICE.find(([pattern]) => pattern.test(said))?.[1];
  const sentence = said.replace(/\.?$/, ".");
  return `${what}: ${sentence}${advice === undefined ? "" : ` ${advice}`}`;
}
