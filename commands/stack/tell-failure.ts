import { redact, UserError } from "@stripe-customer-sync/provider-kit";
import { SettingsError } from "../../stacks/settings-error.ts";

/**
 * Ends a command on an error: what the operator can put right is told by its message alone, a bug
 * of ours by its stack. Neither shows a key.
 */
export function tellFailure(error: unknown, exitCode: number): void {
  process.stderr.write(`${redact(words(error), [])}\n`);
  process.exitCode = exitCode;
}

function words(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isTheirs = error instanceof UserError || error instanceof SettingsError;
  return isTheirs ? error.message : (error.stack ?? error.message);
}
