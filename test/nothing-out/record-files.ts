import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { recordSaid } from "./record.ts";

/** The engine's own folder in a state backend. */
const BACKEND = ".pulumi";

const seen = new Set<string>();

/** Keeps every state, checkpoint and backup that the engine wrote anywhere in the folder. */
export function recordStateFiles(folder: string): void {
  for (const path of filesBelow(folder)) {
    const bytes = readFileSync(path);
    // A state of megabytes is also its own backup and a checkpoint of the history.
    const digest = createHash("sha256").update(bytes).digest("base64");
    if (seen.has(digest)) continue;
    seen.add(digest);
    recordSaid("state file", (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8"));
  }
}

/**
 * The files of all backends. Links are left alone: a checkout has one to all installed packages,
 * which `readdirSync` would follow through 60,000 files.
 */
function* filesBelow(folder: string, isBackend = false): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path, isBackend || entry.name === BACKEND);
    else if (entry.isFile() && isBackend) yield path;
  }
}
