import { readFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import { UserError } from "@stripe-customer-sync/provider-kit";
import { parseDocument } from "yaml";
import { settingCatalogue } from "../../stacks/setting-catalogue.ts";
import type { Answers } from "./answers.ts";

const STANDARD_INPUT = "-";

/**
 * Answers of scripts: a JSON or YAML object of settings by their keys, from a file or from
 * standard input, so that no secret stands in the arguments, which every user of a machine sees.
 *
 * @throws UserError when it is no such object, or has a key that is no setting
 */
export async function answersFromFile(file: string): Promise<Answers> {
  const given = objectIn(await contentOf(file), file);
  return {
    answer: async ({ key }, { suggestion }) => given.get(key) ?? suggestion,
    unasked: ({ key }) => given.get(key),
    tell: (words) => void process.stdout.write(`${words}\n`),
    asksAgain: false,
    close: () => undefined,
  };
}

async function contentOf(file: string): Promise<string> {
  if (file === STANDARD_INPUT) return readAll(process.stdin);
  try {
    return await readFile(file, "utf8");
  } catch {
    throw new UserError(`Cannot read the answers: there is no file ${file}. Nothing was written.`);
  }
}

/** Errors name keys and never quote the text, which holds secrets. */
function objectIn(content: string, file: string): ReadonlyMap<string, string> {
  const where = file === STANDARD_INPUT ? "standard input" : file;
  const document = parseDocument(content);
  if (document.errors.length > 0) {
    throw new UserError(`The answers in ${where} are neither JSON nor YAML. Nothing was written.`);
  }
  const parsed: unknown = document.toJS();
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new UserError(
      `The answers in ${where} must be an object of settings, as in {"cloudflareAccountId": "…"}. Nothing was written.`,
    );
  }
  const known = new Set<string>(settingCatalogue.map(({ key }) => key));
  const unknown = Object.keys(parsed).filter((key) => !known.has(key));
  if (unknown.length > 0) {
    throw new UserError(
      `The answers in ${where} have ${unknown.join(", ")}, which is no setting. Nothing was written.`,
    );
  }
  return new Map(Object.entries(parsed).map(([key, value]) => [key, String(value)]));
}
