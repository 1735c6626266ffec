import { homedir } from "node:os";
import { join } from "node:path";

/** Where npm's `pulumi` command looks for engines, one folder a version: `$PULUMI_HOME/versions`. */
export function enginesFolder(): string {
  return join(process.env.PULUMI_HOME || join(homedir(), ".pulumi"), "versions");
}
