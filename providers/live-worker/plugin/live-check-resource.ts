import { setTimeout as sleep } from "node:timers/promises";
import { type ResourceType, UserError } from "@stripe-customer-sync/provider-kit";
import type { CloudflareApi } from "./cloudflare-api.ts";
import { answerDifferences } from "./differences.ts";
import { checkedInputs, type LiveCheckInputs } from "./live-check-inputs.ts";
import { liveInputs } from "./live-inputs.ts";
import { observeWorker } from "./observe-worker.ts";
import { waitUntilLive } from "./wait-until-live.ts";

const secondLookMilliseconds = 1_000;

/** `live-worker:index:LiveCheck`: looks, compares, and never changes anything. */
export const liveCheck: ResourceType<CloudflareApi, LiveCheckInputs, LiveCheckInputs> = {
  secrets: ["operatorToken"],
  replaceOn: ["accountId", "workerName"],
  sets: ["bindingNames", "schedules"],

  check: (news) => checkedInputs(news),

  async create(inputs, api, operation) {
    if (!operation.preview) await waitUntilLive(inputs, api, operation);
    return { id: `${inputs.accountId}/${inputs.workerName}`, outputs: inputs };
  },

  async read({ id, inputs }, api, { signal, log }) {
    if (inputs === undefined) {
      throw new UserError("A live check cannot be imported: declare it, and an update makes it.");
    }
    const first = await observeWorker(inputs, api, signal);
    if (first === undefined) return undefined;
    if (answerDifferences(first).length === 0) return found(id, liveInputs(inputs, first));
    // A single lost answer is no drift.
    await sleep(secondLookMilliseconds, undefined, { signal });
    const second = (await observeWorker(inputs, api, signal)) ?? first;
    const live = liveInputs(inputs, second);
    if (!live.reachable) {
      const why = answerDifferences(second).join("; ") || "nothing is deployed";
      await log.warning(`The Worker's secrets could not be compared: ${why}`);
    }
    return found(id, live);
  },

  async update({ newInputs }, api, operation) {
    if (!operation.preview) await waitUntilLive(newInputs, api, operation);
    return newInputs;
  },

  async delete() {},
};

function found(id: string, live: LiveCheckInputs) {
  return { id, inputs: live, outputs: live };
}
