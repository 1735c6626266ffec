import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RECORD_FOLDER } from "./record.ts";

/** Gives the run a folder for its records, which goes with the run. */
export function setup(): () => void {
  const given = process.env[RECORD_FOLDER];
  if (given !== undefined) return () => {}; // another project of the same run has made it
  const folder = mkdtempSync(join(tmpdir(), "stripe-customer-sync-record-"));
  process.env[RECORD_FOLDER] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
