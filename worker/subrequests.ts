import { SUBREQUESTS_KEPT_FOR_REPORTS } from "./limits.ts";

/** A call of Stripe was not made, because the platform would refuse the calls after it. */
export class SubrequestsSpent extends Error {
  override readonly name = "SubrequestsSpent";

  constructor() {
    super("The subrequests of this invocation are spent.");
  }
}

/**
 * Counts the subrequests of one invocation. The platform refuses those over the plan's limit
 * (https://developers.cloudflare.com/workers/platform/limits/#subrequests); a job that runs into
 * it after Stripe's answer could not even report.
 */
export interface Subrequests {
  left(): number;
  /** For reports to the database: always goes out. */
  readonly fetch: typeof globalThis.fetch;
  /** For Stripe: rejects with SubrequestsSpent while what is left is kept for reports. */
  readonly fetchWithinBudget: typeof globalThis.fetch;
}

/** A count that begins with the whole limit. */
export function createSubrequests(limit: number): Subrequests {
  let used = 0;
  const counted: typeof globalThis.fetch = (input, init) => {
    used += 1;
    return fetch(input, init);
  };
  return {
    left: () => limit - used,
    fetch: counted,
    fetchWithinBudget: async (input, init) => {
      if (limit - used <= SUBREQUESTS_KEPT_FOR_REPORTS) throw new SubrequestsSpent();
      return counted(input, init);
    },
  };
}
