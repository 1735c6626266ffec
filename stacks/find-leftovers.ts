import * as pulumi from "@pulumi/pulumi";
import type * as live from "@stripe-customer-sync/live-worker";
import { ownerTag, type WorkerLeftovers, workerLeftovers } from "../infra/worker-leftovers.ts";
import type { Settings } from "./settings.ts";

/**
 * What the clouds still have of this stack although its state does not: the update adopts it.
 * Database objects and the Stripe endpoint need no look-up: their providers put them in place
 * whatever was there, and remove the endpoint whose signing secret nobody knows any more.
 *
 * @param known types of the resources in the stack's state
 * @throws pulumi.RunError for a Worker, route or domain of somebody else
 */
export async function findLeftovers(
  { cloudflare, worker }: Settings,
  known: ReadonlySet<string>,
  provider: live.Provider,
): Promise<WorkerLeftovers> {
  const leftovers = await workerLeftovers(
    {
      accountId: cloudflare.accountId,
      name: worker.name,
      exposure: worker.exposure,
      tag: ownerTag(pulumi.getStack()),
    },
    known,
    provider,
  );
  const kinds = Object.keys(leftovers);
  if (kinds.length > 0) {
    await pulumi.log.info(
      `This stack's state does not know what is its own in Cloudflare (${kinds.join(", ")} of ${worker.name}): adopting it.`,
    );
  }
  return leftovers;
}
