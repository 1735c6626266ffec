import { UserError } from "@stripe-customer-sync/provider-kit";
import * as v from "valibot";
import type { StackEngine } from "../engine/engine-of-stack.ts";
import { jsonDocument } from "../engine/json-document.ts";

const release = v.object({
  versionId: v.string(),
  bundleDigest: v.string(),
  fingerprints: v.record(v.string(), v.string()),
  whole: v.boolean(),
});

const rollout = v.object({
  workerName: v.string(),
  liveVersionId: v.string(),
  livePercentage: v.number(),
  pinnedVersion: v.optional(v.string()),
  released: v.array(release),
});

const resource = v.object({
  urn: v.string(),
  type: v.string(),
  outputs: v.optional(v.record(v.string(), v.unknown()), {}),
});

const exported = v.object({
  deployment: v.object({ resources: v.optional(v.array(resource), []) }),
});

/** A version that the stack made live. */
export type Release = v.InferOutput<typeof release>;

/** What a stack remembers of the versions that it made live. */
export interface Releases {
  readonly workerName: string;
  readonly live: { readonly versionId: string; readonly percentage: number };
  readonly pinnedVersion: string | undefined;
  /** Newest first. */
  readonly versions: readonly Release[];
  /** URNs of what an update changes that makes another version live. */
  readonly urns: readonly string[];
}

const ROLLOUT = "live-worker:index:Rollout";
const RELEASING = [
  ROLLOUT,
  "cloudflare:index/workersDeployment:WorkersDeployment",
  "live-worker:index:LiveCheck",
];

/**
 * Reads them from the stack's state, where the rollout keeps them.
 *
 * @throws UserError when there is no such stack, or it has no Worker
 */
export async function releasesOf(engine: StackEngine): Promise<Releases> {
  const { exitCode, output } = await engine.run("stack", "export");
  if (exitCode !== 0) throw new UserError(output.trim().replace(/^error: /, ""));
  const { deployment } = v.parse(exported, jsonDocument(output));
  const found = deployment.resources.find(({ type }) => type === ROLLOUT);
  if (found === undefined) {
    throw new UserError(
      `Stack ${engine.stack} has no Worker yet, so there is nothing to go back to.`,
    );
  }
  const outputs = v.parse(rollout, found.outputs);
  return {
    workerName: outputs.workerName,
    live: { versionId: outputs.liveVersionId, percentage: outputs.livePercentage },
    pinnedVersion: outputs.pinnedVersion,
    versions: outputs.released,
    urns: deployment.resources.filter(({ type }) => RELEASING.includes(type)).map(({ urn }) => urn),
  };
}
