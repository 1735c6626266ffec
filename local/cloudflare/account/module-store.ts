import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeDurably } from "./state-file.ts";

/** The contents of all uploaded modules, each once, in files named after their digest. */
export class ModuleStore {
  readonly #folder: string;

  constructor(stateFolder: string) {
    this.#folder = join(stateFolder, "modules");
  }

  /** Keeps the content and returns its SHA-256 in hexadecimal. */
  put(content: Uint8Array): string {
    const digest = createHash("sha256").update(content).digest("hex");
    const path = join(this.#folder, digest);
    if (!existsSync(path)) writeDurably(path, content);
    return digest;
  }

  get(digest: string): Buffer {
    return readFileSync(join(this.#folder, digest));
  }
}
