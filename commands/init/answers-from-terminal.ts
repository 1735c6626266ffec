import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { UserError } from "@stripe-customer-sync/provider-kit";
import type { Answers } from "./answers.ts";

export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/**
 * Somebody at a terminal. An empty answer takes the suggestion; what is typed for a secret is not
 * shown. Ctrl-C and Ctrl-D end everything before anything was written.
 */
export function answersFromTerminal({ input, output }: Terminal): Answers {
  let isHidden = false;
  const shown = new Writable({
    write: (chunk, _encoding, done) => {
      if (!isHidden) output.write(chunk);
      done();
    },
  });
  const lines = createInterface({ input, output: shown, terminal: true });
  const stopped = new AbortController();
  lines.once("close", () => stopped.abort());

  return {
    answer: async (setting, { suggestion, isKept }) => {
      output.write(
        `  ${setting.key}: ${setting.meaning}\n  ${hint(setting, suggestion, isKept)}> `,
      );
      isHidden = setting.secret;
      try {
        const typed = (await lines.question("", { signal: stopped.signal })).trim();
        return typed === "" ? suggestion : typed;
      } catch {
        throw new UserError("Stopped; nothing was written.");
      } finally {
        if (isHidden) output.write("\n");
        isHidden = false;
      }
    },
    unasked: () => undefined,
    tell: (words) => void output.write(`${words}\n`),
    asksAgain: true,
    close: () => lines.close(),
  };
}

function hint(
  { secret, required }: { readonly secret: boolean; readonly required: boolean },
  suggestion: string | undefined,
  isKept: boolean,
): string {
  if (suggestion !== undefined && !secret) return `[${suggestion}] `;
  if (isKept) return "[as it is] ";
  return `${secret ? "(not shown) " : ""}${required ? "" : "(may be left out) "}`;
}
