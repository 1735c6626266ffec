import { chown, readFile } from "node:fs/promises";

/** Who runs PostgreSQL, which refuses to run as root. Empty: whoever runs this process. */
export type ServerUser = { readonly uid: number; readonly gid: number } | Record<string, never>;

/** Of these the first that exists; none is created. */
const CANDIDATES = ["postgres", "nobody"];

/** The user to run PostgreSQL as. @throws when root finds no other user */
export async function findUnprivilegedUser(): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return {};
  const users = new Map<string, string[]>();
  for (const line of (await readFile("/etc/passwd", "utf8")).split("\n")) {
    const [name = "", ...fields] = line.split(":");
    users.set(name, fields);
  }
  for (const name of CANDIDATES) {
    const [, uid, gid] = users.get(name) ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    `PostgreSQL refuses to run as root, and there is no user ${CANDIDATES.join(" or ")} here.`,
  );
}

/** Hands a file or folder over to the server's user. */
export async function handOver(path: string, user: ServerUser): Promise<void> {
  if (user.uid !== undefined) await chown(path, user.uid, user.gid);
}
