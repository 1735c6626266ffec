import type { OrganizationId } from "../ids.ts";
import { log } from "../log.ts";
import type { Services } from "../services.ts";
import type { Outcome } from "./outcome.ts";
import { synchronize } from "./synchronize.ts";

/**
 * Works on one organization because somebody rang for it, if its job can be claimed now.
 *
 * @throws JobsError when the database cannot be asked
 */
export async function ring(organization: OrganizationId, services: Services): Promise<Outcome> {
  const { jobs, deferred } = await services.jobs.claimOne(organization, "webhook");
  const job = jobs[0];
  if (job !== undefined) return synchronize(job, services);
  if (deferred?.reason === "linked" && deferred.customer_id != null) {
    return { status: "linked", organization, customer: deferred.customer_id };
  }
  const reason = deferred?.reason ?? "nothing_to_do";
  log.deferred({ organization_id: organization, reason });
  const retryAfterSeconds = deferred?.retry_after_seconds ?? undefined;
  return { status: "deferred", organization, reason, retryAfterSeconds };
}
