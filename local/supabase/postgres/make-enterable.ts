import { chmod, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, sep } from "node:path";
import type { ServerUser } from "./unprivileged-user.ts";

const OTHERS_ENTER = 0o001;

/**
 * Lets the server's user pass through the folders above its own, where that is another user than
 * this process's. Entering is all that it is given: it can list none of them. Only temporary
 * folders and the state folder itself are changed; the permissions of any other are their owner's.
 *
 * @throws when a folder further up, such as the home of root, keeps the server's user out
 */
export async function makeEnterable(folder: string, user: ServerUser): Promise<void> {
  if (user.uid === undefined) return;
  for (const above of foldersAbove(folder)) {
    const { mode, uid } = await stat(above);
    if ((mode & OTHERS_ENTER) !== 0 || uid === user.uid) continue;
    if (!above.startsWith(`${tmpdir()}${sep}`) && above !== dirname(folder)) {
      throw new Error(
        `PostgreSQL cannot run as root, and the user that it runs as may not enter ${above}. ` +
          `Run as another user, or from another folder, or: chmod o+x ${above}`,
      );
    }
    await chmod(above, (mode & 0o7777) | OTHERS_ENTER);
  }
}

/** Parents of a folder, the outermost first. */
function foldersAbove(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [] : [...foldersAbove(above), above];
}
