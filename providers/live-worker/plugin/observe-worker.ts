import { askWorker, type WorkerAnswer } from "./ask-worker.ts";
import type { CloudflareApi } from "./cloudflare-api.ts";
import type { LiveCheckInputs, LiveVersion } from "./live-check-inputs.ts";

/** A Worker as it is now. */
export type ObservedWorker = {
  readonly versions: readonly LiveVersion[];
  readonly schedules: readonly string[];
  /** Of the version that stands for the deployment; undefined when nothing is deployed. */
  readonly bindingNames: readonly string[] | undefined;
  /** What each deployed version says about itself, the one that stands for the deployment first. */
  readonly answers: readonly { readonly versionId: string; readonly answer: WorkerAnswer }[];
};

/** Looks at the Worker from both sides; undefined when there is no such Worker. */
export async function observeWorker(
  expected: LiveCheckInputs,
  api: CloudflareApi,
  signal: AbortSignal,
): Promise<ObservedWorker | undefined> {
  const [versions, schedules] = await Promise.all([
    api.newestDeployment(expected, signal),
    api.schedules(expected, signal),
  ]);
  if (versions === undefined || schedules === undefined) return undefined;
  const ids = mainFirst(versions, expected.versions[0]?.versionId);
  const [bindingNames, answers] = await Promise.all([
    ids[0] === undefined ? undefined : api.bindingNames(expected, ids[0], signal),
    Promise.all(
      ids.map(async (versionId) => ({
        versionId,
        answer: await askWorker(expected, versionId, signal),
      })),
    ),
  ]);
  return { versions, schedules, bindingNames, answers };
}

/**
 * The deployed versions, first the one whose bindings stand for the deployment: the stack's own
 * version where it is deployed, else the one that gets most requests.
 */
function mainFirst(versions: readonly LiveVersion[], own: string | undefined): string[] {
  const rank = ({ versionId, percentage }: LiveVersion) => (versionId === own ? 101 : percentage);
  return [...versions].sort((a, b) => rank(b) - rank(a)).map(({ versionId }) => versionId);
}
