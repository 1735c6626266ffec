import { UserError } from "@stripe-customer-sync/provider-kit";
import type { TerminalEngine } from "../engine/engine-of-stack.ts";
import { engineError } from "./engine-error.ts";
import { POLICY_PACK } from "./preview-promotion.ts";
import type { Say } from "./step.ts";

/**
 * Does what the preview showed. The update ends with the stack's own live check, so it fails when
 * the new version does not come up.
 *
 * @throws when the update fails; what the engine said is the message
 */
export async function updateStack(engine: TerminalEngine, say: Say): Promise<void> {
  const result = await engine.follow(
    (line) => say(line.trim()),
    "up",
    "--yes",
    "--skip-preview",
    ...POLICY_PACK,
  );
  if (result.exitCode === 0) return;
  throw new UserError(
    `The update of ${engine.stack} failed: ${engineError(result)}\nMend that and run this again; what was live before stays live until a new deployment is made.`,
  );
}
