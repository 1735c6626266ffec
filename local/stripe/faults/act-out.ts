import type { Account } from "../account/account.ts";
import type { Answer } from "../api/answer.ts";
import { ConnectionCut } from "./connection-cut.ts";
import type { Fault, When } from "./fault.ts";
import { faultAnswer } from "./fault-answer.ts";

export interface Scene {
  readonly account: Account;
  readonly fault: Fault | undefined;
  /** Aborted when the caller has gone. */
  readonly gone: AbortSignal;
}

/**
 * Does what a fault says for the time before or after the effect.
 *
 * @returns the answer that the caller gets instead of the endpoint's, if any
 * @throws ConnectionCut when the caller gets none
 */
export async function actOut(
  { account, fault, gone }: Scene,
  when: When,
): Promise<Answer | undefined> {
  if (!fault || fault.kind === "livemode") return undefined;
  if (fault.kind === "refuse") throw new ConnectionCut("refused");
  if (fault.when !== when) return undefined;
  switch (fault.kind) {
    case "reset":
      throw new ConnectionCut("reset");
    case "hang":
      await aborted(AbortSignal.any([gone, account.closing.signal]));
      throw new ConnectionCut("reset");
    case "delay":
      // The caller's patience does not matter: what is on its way, happens.
      await account.runtime.sleep(fault.ms, account.closing.signal).catch(() => {
        throw new ConnectionCut("reset");
      });
      return undefined;
    case "answer":
      return faultAnswer(fault);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
