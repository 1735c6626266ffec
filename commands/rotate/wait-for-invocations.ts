import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "@stripe-customer-sync/provider-kit";
import * as v from "valibot";
import { LONGEST_INVOCATION_MS } from "../../worker/limits.ts";
import type { OpenStack } from "../stack/open-stack.ts";

/** Until a deployment is everywhere: Cloudflare says seconds; the clocks may differ, too. */
const DEPLOYMENT_SPREAD_MS = 60_000;
const PAUSE_MS = 1_000;

/**
 * Waits until no invocation of an earlier version can be running: since the newest deployment as
 * long as an invocation may take at most.
 *
 * @throws UserError when more than one version is live
 */
export async function waitForInvocations(
  stack: OpenStack,
  say: (what: string) => void,
): Promise<void> {
  const { worker, settings } = stack;
  const { result } = await stack.cloudflare("Workers Scripts: Read", (client) =>
    client.workers.scripts.deployments.list(worker.name, {
      account_id: settings.cloudflareAccountId,
    }),
  );
  const [newest] = v.parse(newestFirst, result).deployments;
  if (newest === undefined) throw new UserError(`The Worker ${worker.name} is not deployed.`);
  if (newest.versions.length > 1) {
    throw new UserError(
      `Two versions of the Worker ${worker.name} are live, and one has the old key: finish the ` +
        "rollout, then run this again.",
    );
  }
  const over = Date.parse(newest.created_on) + LONGEST_INVOCATION_MS + DEPLOYMENT_SPREAD_MS;
  for (let left = over - Date.now(); left > 0; left = over - Date.now()) {
    say(`${Math.ceil(left / 1_000)} s, the longest that an invocation may take`);
    await sleep(Math.min(left, PAUSE_MS));
  }
}

const newestFirst = v.object({
  deployments: v.array(v.object({ created_on: v.string(), versions: v.array(v.unknown()) })),
});
