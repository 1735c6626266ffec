import Stripe from "stripe";
import { STRIPE_CALL_MS } from "../limits.ts";
import type { Settings } from "../settings/settings.ts";

/**
 * The official client without retries of its own: the job decides about those, because a retry
 * must carry the same key and leave a trace.
 */
export function createStripeClient(
  settings: Settings["stripe"],
  fetch: typeof globalThis.fetch,
): Stripe {
  return new Stripe(settings.apiKey, {
    maxNetworkRetries: 0,
    timeout: STRIPE_CALL_MS,
    telemetry: false,
    appInfo: { name: "stripe-customer-sync" },
    httpClient: Stripe.createFetchHttpClient(fetch),
    ...address(settings.apiBase),
  });
}

function address(base: URL | undefined): Stripe.StripeConfig {
  if (base === undefined) return {};
  const protocol = base.protocol === "http:" ? "http" : "https";
  return {
    protocol,
    host: base.hostname,
    port: base.port || (protocol === "http" ? "80" : "443"),
  };
}
