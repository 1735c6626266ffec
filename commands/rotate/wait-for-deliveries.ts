import type { OpenStack } from "../stack/open-stack.ts";
import { stripeOfDeployment } from "./stripe-with.ts";
import { wait } from "./wait.ts";

/** Stripe goes on trying for three days (https://docs.stripe.com/webhooks#retries). */
const RETRIED_FOR_S = 3 * 24 * 60 * 60;
const LONGEST_WAIT_MS = 5 * 60_000;
const MOST_COUNTED = 100;

/**
 * Waits until the events from before are delivered: the endpoint that goes would take with it
 * those that its Worker has not taken yet. Times are Stripe's own.
 */
export async function waitForDeliveries(
  stack: OpenStack,
  say: (what: string) => void,
): Promise<void> {
  const stripe = stripeOfDeployment(stack.settings);
  const [newest] = await stripe.call("Events: Read", async (client) => {
    const { data } = await client.events.list({ limit: 1 });
    return data;
  });
  if (newest === undefined) return;
  const created = { gte: newest.created - RETRIED_FOR_S, lte: newest.created };
  await wait(
    async () => {
      const { data } = await stripe.call("Events: Read", (client) =>
        client.events.list({
          types: ["customer.created", "customer.deleted", "customer.updated"],
          delivery_success: false,
          created,
          limit: MOST_COUNTED,
        }),
      );
      return data.length === 0 ? undefined : `${data.length} events that are not delivered yet`;
    },
    {
      milliseconds: LONGEST_WAIT_MS,
      advice: (left) =>
        `Stripe still has ${left}, perhaps for another endpoint of the account: see Workbench, ` +
        "Webhooks. The old endpoint stays; run this again later, or with --at-once to give them up.",
    },
    say,
  );
}
