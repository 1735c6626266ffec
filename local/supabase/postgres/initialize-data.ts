import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Binaries } from "./binaries.ts";
import { handOver, type ServerUser } from "./unprivileged-user.ts";

/** What `initdb` needs to know. */
export interface DataFolder {
  /** The folder to make; the one above it belongs to the server's user. */
  readonly folder: string;
  readonly superuser: string;
  readonly password: string;
}

/**
 * Makes a database cluster unless there is one. It is made under another name and renamed when
 * it is whole, so that an interrupted start leaves nothing half-made behind.
 */
export async function initializeData(
  { folder, superuser, password }: DataFolder,
  { initdb }: Binaries,
  user: ServerUser,
): Promise<void> {
  if (existsSync(folder)) return;
  const unfinished = `${folder}.unfinished`;
  const passwordFile = `${folder}.password`;
  await rm(unfinished, { recursive: true, force: true });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  await handOver(passwordFile, user);
  try {
    await promisify(execFile)(
      initdb,
      [
        `--pgdata=${unfinished}`,
        `--username=${superuser}`,
        `--pwfile=${passwordFile}`,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        // The same order of text on every machine, whatever locales it has.
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        // Guards against a power cut during these few hundred milliseconds only.
        "--no-sync",
        "--no-instructions",
      ],
      { ...user, env: { ...process.env, LC_ALL: "C" } },
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
  await makeVaultKey(unfinished, user);
  await rename(unfinished, folder);
}

/** Vault's functions read the key from this file: it is in no table and no dump of them. */
async function makeVaultKey(folder: string, user: ServerUser): Promise<void> {
  const file = join(folder, "vault.key");
  await writeFile(file, randomBytes(32).toString("hex"), { mode: 0o600 });
  await handOver(file, user);
}
