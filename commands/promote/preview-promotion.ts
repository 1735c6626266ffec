import { join } from "node:path";
import { UserError } from "@stripe-customer-sync/provider-kit";
import type { StackEngine } from "../engine/engine-of-stack.ts";
import { type Plan, readPlan } from "../plan/plan.ts";
import { engineError } from "./engine-error.ts";

/** The policy pack, as the engine wants it: absolute, and as a program. */
export const POLICY_PACK = [
  "--policy-pack",
  join(import.meta.dirname, "..", "..", "policy", "policy-pack"),
];

/**
 * What the update would do, judged by the policy pack.
 *
 * @throws when the program or a policy stops it
 */
export async function previewPromotion(engine: StackEngine): Promise<Plan> {
  const result = await engine.run("preview", "--json", ...POLICY_PACK);
  if (result.exitCode === 0) return readPlan(result);
  // As JSON a preview does not tell which rule was broken.
  const told = await engine.run("preview", ...POLICY_PACK);
  throw new UserError(`The preview of ${engine.stack} failed: ${engineError(told)}`);
}
