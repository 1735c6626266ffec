import * as pulumi from "@pulumi/pulumi";
import { Promotion } from "../infra/promotion.ts";
import { deployedBundleOf } from "./deployed-bundle.ts";
import { promotionProblem } from "./promotion-problem.ts";
import type { Settings } from "./settings.ts";

/**
 * Stops an update, before anything is declared, that would bring a bundle past the stack which
 * has to run it first. A preview only warns, so that a pull request shows what production would
 * become; there the policy `bundle-is-staged` is the one to say no.
 *
 * @throws pulumi.RunError that says what to deploy first
 */
export async function requireStagedBundle(
  settings: Settings,
  bundle: { readonly digest: string; readonly commit: string },
): Promise<void> {
  if (settings.promotion === undefined) return;
  const stack = pulumi.getStack();
  const { from, allowUnstagedBundle } = settings.promotion;
  const [staged, live] = await Promise.all([deployedBundleOf(from), deployedBundleOf(stack)]);
  const problem = promotionProblem({ stack, from, staged, live, ...bundle });
  const isStopped = problem !== undefined && !allowUnstagedBundle;
  if (isStopped && !pulumi.runtime.isDryRun()) {
    throw new pulumi.RunError(`${problem}\nNothing was changed.`);
  }
  const promotion = new Promotion("promotion", {
    from,
    bundleDigest: bundle.digest,
    allowUnstagedBundle,
    ...(isStopped && { problem }),
  });
  if (problem === undefined) return;
  const consequence = isStopped ? "An update stops here." : "allowUnstagedBundle lets this go on.";
  await pulumi.log.warn(`${consequence} ${firstLine(problem)}`, promotion);
}

/** The policy says the whole, and an update that stops does too. */
function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? text;
}
