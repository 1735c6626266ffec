import { UserError } from "@stripe-customer-sync/provider-kit";
import type { Release, Releases } from "./releases.ts";

/**
 * The version to go back to: the named one, else the last before the live one that had all
 * requests. In the middle of a rollout that is the one which has the rest of them.
 *
 * @throws UserError when there is none, or the named one is none of the stack's or live already
 */
export function chooseVersion(releases: Releases, stack: string, named?: string): Release {
  const { live, versions, workerName } = releases;
  if (named === undefined) return previous(releases, stack);
  const found = versions.find(({ versionId }) => versionId === named);
  if (found === undefined) {
    throw new UserError(
      `Version ${named} is none of those that stack ${stack} made live on Worker ${workerName} ` +
        `and remembers:\n${versionList(releases)}`,
    );
  }
  if (found.versionId === live.versionId && live.percentage === 100) {
    throw new UserError(`Version ${named} has all requests already.`);
  }
  return found;
}

/** One line each, newest first. */
export function versionList({ live, versions }: Releases): string {
  return versions
    .map(({ versionId, bundleDigest }) => {
      const share = versionId === live.versionId ? `, live at ${live.percentage} %` : "";
      return `  ${versionId} (bundle ${bundleDigest.slice(0, 12)}${share})`;
    })
    .join("\n");
}

function previous({ live, versions, workerName }: Releases, stack: string): Release {
  const at = versions.findIndex(({ versionId }) => versionId === live.versionId);
  const found = versions.slice(at + 1).find(({ whole }) => whole);
  if (at < 0 || found === undefined) {
    throw new UserError(
      `There is nothing to go back to: stack ${stack} remembers no version of Worker ${workerName} ` +
        `from before ${live.versionId}, which is live.`,
    );
  }
  return found;
}
