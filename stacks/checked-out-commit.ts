import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What stands behind the commit's hash when the folder has changes that are not committed. */
const CHANGED = "+changes";

/** What is said of a folder that is under no version control, or where git cannot be asked. */
export const UNKNOWN_COMMIT = "unknown";

/**
 * The commit that a folder has checked out: 40 hexadecimal characters, with `+changes` when
 * something there is changed or new; `unknown` without git. For people: no bundle holds it.
 */
export async function checkedOutCommit(folder: string): Promise<string> {
  try {
    const { stdout: commit } = await run("git", ["rev-parse", "HEAD"], { cwd: folder });
    const { stdout: changes } = await run("git", ["status", "--porcelain", "--", "."], {
      cwd: folder,
    });
    return changes === "" ? commit.trim() : `${commit.trim()}${CHANGED}`;
  } catch {
    return UNKNOWN_COMMIT;
  }
}

/** The commit as people say it in a sentence. */
export function commitInWords(commit: string): string {
  const [hash = "", changes] = commit.split("+");
  if (commit === UNKNOWN_COMMIT) return "an unknown commit";
  return `commit ${hash.slice(0, 12)}${changes === undefined ? "" : " with changes that are not committed"}`;
}
