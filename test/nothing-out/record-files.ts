import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { recordSaid } from "./record.ts";

/** Keeps every state, checkpoint and backup that the engine wrote anywhere in the folder. */
export function recordStateFiles(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !path.includes("/.pulumi/")) continue;
    const bytes = readFileSync(path);
    recordSaid("state file", (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8"));
  }
}
