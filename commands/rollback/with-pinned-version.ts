import { UserError } from "@stripe-customer-sync/provider-kit";
import type { TerminalEngine } from "../engine/engine-of-stack.ts";
import { releasesOf } from "./releases.ts";

const SETTING = "pinnedVersion";

/**
 * Updates a stack with another `pinnedVersion` in its stack file. When the update does not take,
 * refused, declined or failed before it changed what is live, the setting is put back.
 *
 * @param version undefined for none
 * @returns whether the stack is so now
 */
export async function withPinnedVersion(
  engine: TerminalEngine,
  version: string | undefined,
  upArguments: readonly string[],
): Promise<boolean> {
  const { pinnedVersion: before } = await releasesOf(engine);
  await configure(engine, version);
  const exitCode = await engine.show("up", ...upArguments);
  if (exitCode === 0) return true;
  const { pinnedVersion: now } = await releasesOf(engine);
  if (now !== version) await configure(engine, before);
  return false;
}

async function configure(engine: TerminalEngine, version: string | undefined): Promise<void> {
  const { exitCode, output } =
    version === undefined
      ? await engine.run("config", "rm", SETTING)
      : await engine.run("config", "set", SETTING, version);
  if (exitCode !== 0) throw new UserError(output.trim().replace(/^error: /, ""));
}
