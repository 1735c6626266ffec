import { createInterface } from "node:readline/promises";

/** Asks on the terminal; only a clear yes is one. */
export async function askToGoOn(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(?:es)?$/i.test((await terminal.question(`${question} (yes/no) `)).trim());
  } finally {
    terminal.close();
  }
}
