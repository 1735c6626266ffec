import { JobsError } from "../jobs/jobs-error.ts";
import { BACKGROUND_HANDOVER_MS, BACKGROUND_PULL_MS } from "../limits.ts";
import { log } from "../log.ts";
import type { Services } from "../services.ts";
import { pull } from "./pull.ts";

/** When the last of these pulls began, while it is at work. */
let lastBegan = 0;

/**
 * Pulls after the answer to a webhook whose job the pace held back, or to an event of Stripe's
 * that came while jobs are due, so that a burst of sign-ups is worked off at the pace instead of
 * waiting for the next minute: each customer's event brings the next pull. One such pull an
 * instance of the Worker at a time, but for the handing over; it ends by itself even if the
 * platform cuts it off.
 */
export async function pullInBackground(services: Services): Promise<void> {
  const began = Date.now();
  if (began < lastBegan + BACKGROUND_HANDOVER_MS) return;
  lastBegan = began;
  try {
    log.pulled(await pull(services, "webhook", BACKGROUND_PULL_MS));
  } catch (error) {
    if (error instanceof JobsError) log.databaseFailed(error);
    else log.crashed(error);
  } finally {
    if (lastBegan === began) lastBegan = 0;
  }
}
