import { JobsError } from "../jobs/jobs-error.ts";
import { BACKGROUND_PULL_MS } from "../limits.ts";
import { log } from "../log.ts";
import type { Services } from "../services.ts";
import { pull } from "./pull.ts";

let busyUntil = 0;

/**
 * Pulls after a webhook's answer when the pace held its job back, so that a burst of sign-ups is
 * worked off at the pace instead of waiting for the next minute. One such pull an instance of the
 * Worker at a time; it ends by itself even if the platform cuts it off.
 */
export async function pullInBackground(services: Services): Promise<void> {
  if (Date.now() < busyUntil) return;
  busyUntil = Date.now() + BACKGROUND_PULL_MS;
  try {
    log.pulled(await pull(services, "webhook", BACKGROUND_PULL_MS));
  } catch (error) {
    if (error instanceof JobsError) log.databaseFailed(error);
    else log.crashed(error);
  } finally {
    busyUntil = 0;
  }
}
