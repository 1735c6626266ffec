import { UserError } from "@stripe-customer-sync/provider-kit";
import * as v from "valibot";
import { commitInWords } from "../../stacks/checked-out-commit.ts";
import { bundleInOutputs } from "../../stacks/deployed-bundle.ts";
import type { StackEngine } from "../engine/engine-of-stack.ts";
import { type Plan, readPlan, resourceOf } from "../plan/plan.ts";
import { propertyChanges } from "../plan/property-changes.ts";
import { engineError } from "./engine-error.ts";

/** What a stack's Worker runs, as Cloudflare and the Worker itself say. */
export interface LiveNow {
  readonly workerUrl: string;
  readonly digest: string;
  readonly commit: string;
  readonly versions: readonly { readonly versionId: string; readonly percentage: number }[];
}

const LIVE_CHECK = "live-worker:index:LiveCheck";

const outputs = v.object({ workerUrl: v.string() });
const checked = v.object({
  versions: v.array(v.object({ versionId: v.string(), percentage: v.number() })),
});

/**
 * Looks once more, after the update, whether what is live is what the stack says.
 *
 * @param plan of the update, which names the stack's live check
 * @throws when it is not, with the differences
 */
export async function liveNow(engine: StackEngine, plan: Plan): Promise<LiveNow> {
  const urn = plan.steps.find((step) => resourceOf(step.urn).type === LIVE_CHECK)?.urn ?? "";
  const look = await engine.run("refresh", "--preview-only", "--json", "--target", urn);
  const seen = readPlan(look);
  const check = seen.steps.find((step) => step.urn === urn);
  if (look.exitCode !== 0 || check === undefined) throw new UserError(engineError(look));
  const differences = propertyChanges(check).map(({ path }) => path);
  if (differences.length > 0) {
    throw new UserError(
      `Not live in ${engine.stack} as deployed: ${differences.join(", ")}. See npm run drift -- --stack ${engine.stack}`,
    );
  }
  const told: unknown = JSON.parse((await engine.run("stack", "output", "--json")).output);
  const bundle = bundleInOutputs(told);
  if (bundle.kind !== "deployed") throw new UserError(`Stack ${engine.stack} names no bundle.`);
  const { digest, commit } = bundle;
  const { versions } = v.parse(checked, check.newState?.inputs);
  return { ...v.parse(outputs, told), digest, commit, versions };
}

/** The last words of a promotion. */
export function liveText(stack: string, { workerUrl, digest, commit, versions }: LiveNow): string {
  const shares = versions.map(({ versionId, percentage }) => `${percentage} % ${versionId}`);
  return [
    `Live in ${stack}, ${workerUrl}:`,
    `  bundle ${digest.slice(0, 12)} of ${commitInWords(commit)}`,
    ...shares.map((share) => `  version ${share}`),
    "",
  ].join("\n");
}
