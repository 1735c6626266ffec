import type { CustomerId, OrganizationId } from "../ids.ts";
import type { SyncFailure } from "./sync-failure.ts";

/** How work on an organization ended: linked, or not yet and why. */
export type Outcome =
  | {
      readonly status: "linked";
      readonly organization: OrganizationId;
      readonly customer: CustomerId;
    }
  | {
      readonly status: "deferred";
      readonly organization: OrganizationId;
      /** snake_case: why the organization is not linked, or not up to date, now. */
      readonly reason: string;
      /** The attempt's failure, where there was an attempt. */
      readonly failure?: SyncFailure;
      readonly retryAfterSeconds?: number | undefined;
    };
