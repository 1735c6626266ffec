import { UserError } from "@stripe-customer-sync/provider-kit";
import type { LiveVersion } from "./live-check-inputs.ts";
import type { ReleasedVersion } from "./released-version.ts";
import type { RolloutInputs, RolloutOutputs } from "./rollout-inputs.ts";

/** Versions that one can go back to; Cloudflare keeps at least as many deployable. */
const REMEMBERED_VERSIONS = 10;

/**
 * What shall be live. A new version gets its percentage, and what had all requests before keeps
 * the rest. That is remembered from the stack's own last update, so that neither another change in
 * the middle of a rollout nor a version deployed by hand takes its place. Once a version has all
 * requests, a percentage changes nothing until there is another version.
 *
 * @param before the last update's; undefined for the first one
 * @param deployed the newest deployment, where it was looked at
 * @throws UserError when the pinned version is none of the stack's
 */
export function planRollout(
  before: RolloutOutputs | undefined,
  inputs: RolloutInputs,
  deployed: readonly LiveVersion[] | undefined,
): RolloutOutputs {
  const known = knownReleases(before, deployed);
  const target = targetOf(inputs, known);
  const stable = stableVersion(before, target.versionId, deployed);
  const percentage = shareOf(before, inputs, target.versionId, stable);
  const released = remembered(known, { ...target, whole: target.whole || percentage === 100 }, [
    target.versionId,
    stable,
  ]);
  return {
    ...inputs,
    liveVersionId: target.versionId,
    livePercentage: percentage,
    stableVersionId: stable,
    liveBundleDigest: target.bundleDigest,
    liveBindingNames: target.bindingNames,
    liveFingerprints: target.fingerprints,
    released,
  };
}

/** Whether the update before ended after its version was tried out and before it was deployed. */
export function neverWentLive(
  versionId: string,
  deployed: readonly LiveVersion[] | undefined,
): boolean {
  return (deployed ?? []).some((live) => live.versionId === versionId && live.percentage === 0);
}

function knownReleases(
  before: RolloutOutputs | undefined,
  deployed: readonly LiveVersion[] | undefined,
): readonly ReleasedVersion[] {
  const released = before?.released ?? [];
  return released.filter(({ versionId }) => !neverWentLive(versionId, deployed));
}

function targetOf(inputs: RolloutInputs, known: readonly ReleasedVersion[]): ReleasedVersion {
  const { pinnedVersion } = inputs;
  const versionId = pinnedVersion ?? inputs.versionId;
  // What is known of a version stays: the program may have moved on from what it was made of.
  const found = known.find((version) => version.versionId === versionId);
  if (found !== undefined) return found;
  if (pinnedVersion !== undefined && pinnedVersion !== inputs.versionId) {
    const ids = known.map((version) => version.versionId).join(", ") || "none";
    throw new UserError(
      `pinnedVersion ${pinnedVersion} is none of the versions that this stack made live and ` +
        `remembers: ${ids}. Pin one of these, or none: pulumi config rm pinnedVersion`,
    );
  }
  const { bundleDigest, bindingNames, fingerprints } = inputs;
  return { versionId, bundleDigest, bindingNames, fingerprints, whole: false };
}

function stableVersion(
  before: RolloutOutputs | undefined,
  target: string,
  deployed: readonly LiveVersion[] | undefined,
): string {
  if (before === undefined) return "";
  const { liveVersionId, livePercentage, stableVersionId } = before;
  const isFinished = livePercentage === 100 && !neverWentLive(liveVersionId, deployed);
  const stable = isFinished && liveVersionId !== target ? liveVersionId : stableVersionId;
  return stable === target ? "" : stable;
}

function shareOf(
  before: RolloutOutputs | undefined,
  { percentage, pinnedVersion }: RolloutInputs,
  target: string,
  stable: string,
): number {
  if (stable === "" || pinnedVersion !== undefined) return 100;
  const isWhole = before?.liveVersionId === target && before.livePercentage === 100;
  return isWhole ? 100 : percentage;
}

function remembered(
  known: readonly ReleasedVersion[],
  target: ReleasedVersion,
  needed: readonly string[],
): readonly ReleasedVersion[] {
  const isKnown = known.some(({ versionId }) => versionId === target.versionId);
  const all = isKnown
    ? known.map((version) => (version.versionId === target.versionId ? target : version))
    : [target, ...known];
  return all.filter(
    ({ versionId }, index) => index < REMEMBERED_VERSIONS || needed.includes(versionId),
  );
}
