import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "@stripe-customer-sync/provider-kit";

const PAUSE_MS = 1_000;

/**
 * Looks again and again until nothing is left to wait for.
 *
 * @param look says what is waited for, undefined when it is over
 * @param limit how long, and what to tell the operator when it is not over then
 * @throws UserError at the limit
 */
export async function wait(
  look: () => Promise<string | undefined>,
  limit: { readonly milliseconds: number; advice(left: string): string },
  say: (what: string) => void,
): Promise<void> {
  const deadline = performance.now() + limit.milliseconds;
  for (;;) {
    const left = await look();
    if (left === undefined) return;
    say(left);
    if (performance.now() > deadline) throw new UserError(limit.advice(left));
    await sleep(PAUSE_MS);
  }
}
