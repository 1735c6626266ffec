import {
  type Change,
  type DiffResult,
  diffProperties,
  type ResourceType,
  UNKNOWN,
  UserError,
} from "@stripe-customer-sync/provider-kit";
import type { CloudflareApi } from "./cloudflare-api.ts";
import type { LiveVersion } from "./live-check-inputs.ts";
import { planRollout } from "./plan-rollout.ts";
import { rehearse } from "./rehearse.ts";
import { checkedRollout, type RolloutInputs, type RolloutOutputs } from "./rollout-inputs.ts";

const replaceOn = ["accountId", "workerId"] as const;

/**
 * `live-worker:index:Rollout`: decides which versions shall be live and remembers it, and tries a
 * new version out at 0 % before the deployment that follows gives it requests.
 */
export const rollout: ResourceType<CloudflareApi, RolloutInputs, RolloutOutputs> = {
  secrets: ["operatorToken"],

  check: (news) => checkedRollout(news),

  async diff(change, api, { signal }) {
    const replaced = replaceOn.filter((name) => change.oldInputs[name] !== change.newInputs[name]);
    if (replaced.length > 0) return difference(change, replaced);
    const { oldOutputs: before, newInputs } = change;
    const after = planRollout(before, newInputs, await deployedBefore(change, api, signal));
    const isSame =
      after.liveVersionId === before.liveVersionId &&
      after.livePercentage === before.livePercentage;
    return isSame ? unchanged : difference(change, []);
  },

  async create(inputs) {
    const id = `${inputs.accountId}/${inputs.workerName}`;
    // Nothing of this stack is live that could keep the requests meanwhile.
    return { id, outputs: planRollout(undefined, inputs, undefined) };
  },

  async read({ id, inputs, outputs }, api, { signal }) {
    if (inputs === undefined || outputs === undefined) {
      throw new UserError("A rollout cannot be imported: declare it, and an update makes it.");
    }
    // What is live is the live check's to tell. Without the Worker nothing is worth remembering.
    const deployed = await api.newestDeployment(inputs, signal);
    return deployed === undefined ? undefined : { id, inputs, outputs };
  },

  async update(change, api, operation) {
    const { oldInputs, oldOutputs: before, newInputs } = change;
    const deployed = await deployedBefore(change, api, operation.signal);
    const plan = planRollout(before, newInputs, deployed);
    if (operation.preview || plan.liveVersionId === before.liveVersionId) return plan;
    if (deployed === undefined || deployed.length === 0) return plan;
    if (oldInputs.workerUrl !== newInputs.workerUrl) {
      await operation.log.warning(
        "The Worker's address changes with this update, so its version can only be checked after it is live.",
      );
      return plan;
    }
    await rehearse(plan, deployed, newInputs, api, operation);
    return plan;
  },

  async delete() {},
};

const unchanged: DiffResult = {
  changes: false,
  detailedDiff: {},
  replaces: [],
  deleteBeforeReplace: false,
};

function difference(
  { oldInputs, newInputs }: Change<RolloutInputs, RolloutOutputs>,
  replaces: readonly string[],
): DiffResult {
  const diff = diffProperties(oldInputs, newInputs, {
    replaceOn: replaces,
    sets: ["bindingNames"],
  });
  return { ...diff, changes: true };
}

/** The newest deployment; looked at only when another version is to become live. */
async function deployedBefore(
  { oldOutputs, newInputs }: Change<RolloutInputs, RolloutOutputs>,
  api: CloudflareApi,
  signal: AbortSignal,
): Promise<readonly LiveVersion[] | undefined> {
  const target = newInputs.pinnedVersion ?? newInputs.versionId;
  if (target === oldOutputs.liveVersionId || newInputs.workerName === UNKNOWN) return undefined;
  return api.newestDeployment(newInputs, signal);
}
