import * as live from "@stripe-customer-sync/live-worker";
import type { Settings } from "./settings.ts";

/** Looks at the Worker with the token of the deployment. */
export function liveWorkerProvider({ cloudflare }: Settings): live.Provider {
  const { apiToken, baseUrl } = cloudflare;
  return new live.Provider("live-worker", {
    ...(apiToken && { apiToken }),
    ...(baseUrl && { baseUrl }),
  });
}
