import { appendFileSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Names the folder of a run's records; set by global-setup.ts, and inherited by every process. */
export const RECORD_FOLDER = "STRIPE_CUSTOMER_SYNC_TEST_RECORD";

/** Something that the project said during a test run, where a user or an operator can read it. */
export interface Said {
  /** What said it, as `Worker log` or `output of pulumi`. */
  readonly source: string;
  readonly text: string;
}

/** Everything that was recorded in one run. */
export interface Recorded {
  readonly said: readonly Said[];
  /** Values that nothing may say. */
  readonly secrets: readonly string[];
  /** Test files that ran. */
  readonly files: readonly string[];
}

type Entry =
  | readonly [kind: "said", source: string, text: string]
  | readonly ["secret" | "file", string];

const FLUSH_CHARACTERS = 1 << 20;
/**
 * Code and such: as it is long and comes again in each state, it is kept once. From the beginning
 * of a run only, for tried anew at each character of a word it takes ten times as long.
 */
const LONG_ENCODED = /(?<![A-Za-z0-9+/=])[A-Za-z0-9+/=]{20000,}/g;

let waiting = "";
const known = new Set<string>();

/** Keeps what was said, to be searched for secrets at the end of the run. */
export function recordSaid(source: string, text: string): void {
  const shortened = text.replace(LONG_ENCODED, (encoded) => {
    if (known.has(encoded)) return "(as before)";
    known.add(encoded);
    return encoded;
  });
  if (shortened !== "") add(["said", source, shortened]);
}

/** Keeps a value that must not be said. */
export function recordSecret(value: string): void {
  if (known.has(value)) return;
  known.add(value);
  add(["secret", value]);
}

export function recordFile(path: string): void {
  add(["file", path]);
}

/** Writes out what is waiting; to be called before this process ends. */
export function flushRecords(): void {
  const folder = process.env[RECORD_FOLDER];
  if (folder === undefined || waiting === "") return;
  mkdirSync(folder, { recursive: true });
  appendFileSync(join(folder, `${process.pid}.jsonl`), waiting);
  waiting = "";
}

/** What all processes of a run have recorded. */
export function readRecords(folder: string): Recorded {
  const said: Said[] = [];
  const secrets = new Set<string>();
  const files: string[] = [];
  for (const name of readdirSync(folder)) {
    for (const line of readFileSync(join(folder, name), "utf8").split("\n")) {
      if (line === "") continue;
      const entry = JSON.parse(line) as Entry;
      if (entry[0] === "said") said.push({ source: entry[1], text: entry[2] });
      else if (entry[0] === "secret") secrets.add(entry[1]);
      else files.push(entry[1]);
    }
  }
  return { said, secrets: [...secrets], files };
}

// Outside of a test run, as in `npm run simulate`, nothing is kept.
function add(entry: Entry): void {
  if (process.env[RECORD_FOLDER] === undefined) return;
  waiting += `${JSON.stringify(entry)}\n`;
  if (waiting.length > FLUSH_CHARACTERS) flushRecords();
}
