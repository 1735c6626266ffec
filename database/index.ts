import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A part of the schema; safe to run again. */
export interface SqlScript {
  /** The file's name without its ending; numbers give the order. */
  readonly name: string;
  readonly sql: string;
}

/** What a stack decides about the sync. */
export interface SyncSettings {
  /** Written into each customer's metadata. */
  readonly environment: string;
  /** Most customers made in a second, over all Workers: 1 to 25. */
  readonly pace_per_second: number;
}

const folder = import.meta.dirname;

/** Everything that makes the sync schema, to be run in this order in one transaction. */
export const scripts: readonly SqlScript[] = readdirSync(folder)
  .filter((file) => /^\d+-.*\.sql$/.test(file))
  .sort()
  .map((file) => ({
    name: file.replace(/\.sql$/, ""),
    sql: readFileSync(join(folder, file), "utf8"),
  }));

/** Takes the schema away and leaves organizations and their customers' ids. */
export const uninstallSql: string = readFileSync(join(folder, "uninstall.sql"), "utf8");

/** The script that hands the stack's settings to the schema; runs last. */
export function configureScript(settings: SyncSettings): SqlScript {
  const json = JSON.stringify(settings).replaceAll("'", "''");
  return { name: "configure", sql: `select stripe_sync.configure('${json}'::jsonb);\n` };
}
