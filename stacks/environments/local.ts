import type { Environment } from "./environment.ts";

/** The local cloud on one machine. */
export const local: Environment = {
  name: "local",
  livemode: false,
  protect: false,
  promotedFrom: undefined,
  observabilitySamplingRate: 1,
};
