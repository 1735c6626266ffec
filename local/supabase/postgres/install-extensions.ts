import { chmod, copyFile, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";

/** PostgreSQL looks for this folder below each entry of `extension_control_path`. */
const FOLDER_NAME = "extension";
const source = join(import.meta.dirname, FOLDER_NAME);

/**
 * Puts the stand-ins for the extensions that embedded PostgreSQL does not have where the server
 * may read them: pg_net and supabase_vault. Thus `create extension` and `drop extension` work as
 * on a hosted project.
 */
export async function installExtensions(folder: string): Promise<void> {
  const target = join(folder, FOLDER_NAME);
  await mkdir(target, { recursive: true });
  for (const name of await readdir(source)) {
    await copyFile(join(source, name), join(target, name));
    await chmod(join(target, name), 0o644);
  }
}
