import type { Environment } from "./environment.ts";

/** Real accounts, Stripe in live mode. */
export const production: Environment = {
  name: "production",
  livemode: true,
  protect: true,
  promotedFrom: "staging",
  observabilitySamplingRate: 1,
};
