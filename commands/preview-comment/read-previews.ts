import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { UserError } from "@stripe-customer-sync/provider-kit";
import * as v from "valibot";
import { type StackPreview, stackPreview } from "./stack-preview.ts";

/**
 * Reads what `--json` wrote, from files, or from standard input for `-`.
 *
 * @throws one line that names the file
 */
export async function readPreviews(files: readonly string[]): Promise<StackPreview[]> {
  const previews: StackPreview[] = [];
  for (const file of files) previews.push(...(await readFrom(file)));
  return previews;
}

async function readFrom(file: string): Promise<StackPreview[]> {
  const name = file === "-" ? "standard input" : file;
  const content = await (file === "-" ? text(process.stdin) : readFile(file, "utf8")).catch(() => {
    throw new UserError(`${name} cannot be read. Name files that --json has written.`);
  });
  try {
    return v.parse(v.array(stackPreview), JSON.parse(content));
  } catch {
    throw new UserError(`${name} is not what --json writes. Make it with --stack S --json.`);
  }
}
