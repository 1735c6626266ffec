import { join } from "node:path";
import { UserError } from "@stripe-customer-sync/provider-kit";
import { bundleWorker } from "../../infra/worker-bundle.ts";
import { checkedOutCommit } from "../../stacks/checked-out-commit.ts";
import { bundleInOutputs, type DeployedBundle } from "../../stacks/deployed-bundle.ts";
import { promotionProblem } from "../../stacks/promotion-problem.ts";
import type { StackEngine } from "../engine/engine-of-stack.ts";
import { engineError } from "./engine-error.ts";

const ROOT = join(import.meta.dirname, "..", "..");

/**
 * The first look, before any preview: does `source` run what this checkout would bring to
 * `target`? The program and the policy ask again.
 *
 * @throws when it does not, and `allowUnstagedBundle` is not set for `target`
 */
export async function requireStagedBundle(source: StackEngine, target: StackEngine): Promise<void> {
  await requireStack(target);
  await requireOrder(source, target);
  const [bundle, commit, staged, live] = await Promise.all([
    bundleWorker(),
    checkedOutCommit(ROOT),
    deployedBundleOf(source),
    deployedBundleOf(target),
  ]);
  const problem = promotionProblem({
    stack: target.stack,
    from: source.stack,
    digest: bundle.digest,
    commit,
    staged,
    live,
  });
  if (problem === undefined) return;
  if ((await settingOf(target, "allowUnstagedBundle")) === "true") return;
  throw new UserError(problem);
}

async function requireStack({ stack, run }: StackEngine): Promise<void> {
  const { exitCode } = await run("config", "--json");
  if (exitCode === 0) return;
  throw new UserError(
    `Stack ${stack} does not exist in this state backend: npx pulumi stack ls shows those that do.`,
  );
}

/** The program compares with the stack that the settings name, whatever is asked for here. */
async function requireOrder(source: StackEngine, target: StackEngine): Promise<void> {
  const from = (await settingOf(target, "promotedFrom")) ?? "staging";
  if (from.split("/").at(-1) === source.stack) return;
  throw new UserError(
    `Stack ${target.stack} follows stack ${from}, not ${source.stack}: say --from ${from}, or npx pulumi config set promotedFrom ${source.stack} -s ${target.stack}`,
  );
}

async function settingOf(engine: StackEngine, key: string): Promise<string | undefined> {
  const { exitCode, output } = await engine.run("config", "get", key);
  return exitCode === 0 ? output.trim() : undefined;
}

async function deployedBundleOf(engine: StackEngine): Promise<DeployedBundle> {
  const result = await engine.run("stack", "output", "--json");
  if (result.exitCode !== 0) return { kind: "unreadable", why: engineError(result) };
  return bundleInOutputs(JSON.parse(result.output));
}
