import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The password of the project's database, made at the first start. */
export async function projectPassword(folder: string): Promise<string> {
  const file = join(folder, "database-password");
  await mkdir(folder, { recursive: true });
  try {
    await writeFile(file, randomBytes(18).toString("hex"), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  return readFile(file, "utf8");
}
