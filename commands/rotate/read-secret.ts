import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { UserError } from "@stripe-customer-sync/provider-kit";

/**
 * A secret from the operator: typed or pasted without an echo on a terminal, else all of standard
 * input. Never an argument, which others on the machine and the shell's history would see.
 *
 * @param what as in "the new key", for the question
 * @throws UserError when nothing was given
 */
export async function readSecret(what: string): Promise<string> {
  const given = process.stdin.isTTY ? await ask(what) : await text(process.stdin);
  const secret = given.trim();
  if (secret === "") {
    throw new UserError(
      `No key was given; nothing was changed. Wanted: ${what}, on a terminal or on standard input.`,
    );
  }
  if (/\s/.test(secret)) {
    throw new UserError("The key must be one word on one line; nothing was changed.");
  }
  return secret;
}

async function ask(what: string): Promise<string> {
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silence, terminal: true });
  const stopped = new Promise<never>((_, reject) => {
    terminal.on("SIGINT", () => reject(new UserError("Stopped; nothing was changed.")));
  });
  try {
    process.stderr.write(`${what} (it is not shown): `);
    return await Promise.race([terminal.question(""), stopped]);
  } finally {
    process.stderr.write("\n");
    terminal.close();
  }
}
