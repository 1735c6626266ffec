import { execFile } from "node:child_process";
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Commits everything that is in a folder, which becomes a repository when it is none; its hash. */
export async function commitCheckout(folder: string): Promise<string> {
  const git = async (...args: string[]) => {
    const identity = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com"];
    const { stdout } = await run("git", [...identity, ...args], { cwd: folder });
    return stdout.trim();
  };
  await git("init", "--quiet");
  await appendFile(join(folder, ".git", "info", "exclude"), "node_modules\n.local\n");
  await git("add", "--all");
  await git("commit", "--quiet", "--allow-empty", "--message", "Change something");
  return git("rev-parse", "HEAD");
}
