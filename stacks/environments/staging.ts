import type { Environment } from "./environment.ts";

/** Real accounts, Stripe in test mode. */
export const staging: Environment = {
  name: "staging",
  livemode: false,
  protect: false,
  promotedFrom: undefined,
  observabilitySamplingRate: 1,
};
