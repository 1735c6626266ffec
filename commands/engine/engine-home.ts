import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { enginesFolder } from "../../install/engines-folder.ts";

/**
 * A home for the engine in a folder of its own, for use as `PULUMI_HOME`. It keeps what a throw-away
 * cloud's stacks leave behind (which stack is selected, for one) away from the user's home, and it
 * takes no debug log: the engine writes one of 10 MB and more for each run, which costs it half of
 * its processor time, and has no setting for that. A file in the place of the logs' folder does it.
 */
export async function quietEngineHome(parent: string): Promise<string> {
  const home = join(parent, "engine-home");
  await mkdir(home, { recursive: true });
  await writeFile(join(home, "logs"), "This file keeps the engine from writing debug logs here.\n");
  await symlink(enginesFolder(), join(home, "versions"), "junction").catch((error) => {
    if (error.code !== "EEXIST") throw error;
  });
  return home;
}
