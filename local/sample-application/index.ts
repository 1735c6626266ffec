import { readFileSync } from "node:fs";
import { join } from "node:path";

const files = ["010-organizations.sql", "020-sign-up-trigger.sql"];

/** The sample application's schema: organizations and the trigger that makes one at a sign-up. */
export const sampleApplicationSql: readonly string[] = files.map((file) =>
  readFileSync(join(import.meta.dirname, file), "utf8"),
);
