import { type FileHandle, mkdir, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { createInterface } from "node:readline";

const CHUNK_CHARACTERS = 1_000_000;

/**
 * A file of JSON lines that only grows. A line is on the disk when `flushed` resolves: all lines
 * that came meanwhile share one sync, so that durability costs throughput little. A kill at any
 * moment leaves whole lines and at most the beginning of one, which the next start drops.
 */
export class Journal {
  readonly #file: FileHandle;
  #waiting: string[] = [];
  #writing: Promise<void> | undefined;
  #closed = false;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /**
   * Reads what is in the file, lets the caller say in fewer lines what it comes to, and replaces
   * the file by these before it goes on. Only this user may read it: it holds signing secrets.
   */
  static async open<Line>(
    path: string,
    read: (line: Line) => void,
    shorter: () => Iterable<Line>,
  ): Promise<Journal> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await readLines(path, read);
    const replacement = await open(`${path}.new`, "w", 0o600);
    await replacement.writeFile(inChunks(shorter()));
    await replacement.datasync();
    await rename(`${path}.new`, path);
    const folder = await open(dirname(path), "r");
    await folder.sync();
    await folder.close();
    return new Journal(replacement);
  }

  /** Takes a line; it is safe once `flushed` resolves. */
  append(line: unknown): void {
    if (this.#closed) return;
    this.#waiting.push(`${JSON.stringify(line)}\n`);
    if (this.#writing) return;
    this.#writing = this.#write();
    // A disk that refuses is told by every `flushed` from now on.
    this.#writing.catch(() => {});
  }

  /** Resolves when everything appended so far survives a crash; rejects when the disk refuses. */
  async flushed(): Promise<void> {
    await this.#writing;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      await this.flushed();
    } finally {
      await this.#file.close();
    }
  }

  async #write(): Promise<void> {
    // A turn of the event loop, so that requests of the same moment share the sync.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const lines = this.#waiting.join("");
      this.#waiting = [];
      await this.#file.appendFile(lines);
      await this.#file.datasync();
    }
    this.#writing = undefined;
  }
}

/** Fewer and larger writes: a long journal is rewritten at every start. */
function* inChunks(lines: Iterable<unknown>): Generator<string> {
  let chunk = "";
  for (const line of lines) {
    chunk += `${JSON.stringify(line)}\n`;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    yield chunk;
    chunk = "";
  }
  yield chunk;
}

async function readLines<Line>(path: string, read: (line: Line) => void): Promise<void> {
  const file = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (!file) return;
  const lines = createInterface({ input: file.createReadStream(), crlfDelay: Infinity });
  let torn: unknown;
  for await (const line of lines) {
    if (torn !== undefined) throw new Error(`${path} is damaged in the middle.`, { cause: torn });
    try {
      read(JSON.parse(line) as Line);
    } catch (error) {
      torn = error;
    }
  }
}
