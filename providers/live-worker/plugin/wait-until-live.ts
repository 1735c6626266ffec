import { setTimeout as sleep } from "node:timers/promises";
import { type Operation, UserError } from "@stripe-customer-sync/provider-kit";
import type { CloudflareApi } from "./cloudflare-api.ts";
import { differences } from "./differences.ts";
import type { LiveCheckInputs } from "./live-check-inputs.ts";
import { observeWorker } from "./observe-worker.ts";

const firstPauseMilliseconds = 200;
const longestPauseMilliseconds = 3_000;

/**
 * Waits until the Worker is what it should be: a deployment needs some seconds to be everywhere.
 *
 * @throws UserError with every difference that is left after `waitSeconds`
 */
export async function waitUntilLive(
  expected: LiveCheckInputs,
  api: CloudflareApi,
  { signal, log }: Operation,
): Promise<void> {
  const deadline = performance.now() + expected.waitSeconds * 1_000;
  for (
    let pause = firstPauseMilliseconds;
    ;
    pause = Math.min(pause * 2, longestPauseMilliseconds)
  ) {
    const observed = await observeWorker(expected, api, signal);
    const left =
      observed === undefined ? ["there is no such Worker"] : differences(expected, observed);
    if (left.length === 0) return;
    if (performance.now() + pause > deadline) {
      throw new UserError(
        `The Worker ${expected.workerName} is not what this stack deployed ` +
          `(waited ${expected.waitSeconds} s):\n${left.map((line) => `  - ${line}`).join("\n")}`,
      );
    }
    await log.progress(`waiting: ${left.join("; ")}`);
    await sleep(pause, undefined, { signal });
  }
}
