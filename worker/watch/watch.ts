import type { DueAlertsAnswer } from "../jobs/answers.ts";
import { JobsError } from "../jobs/jobs-error.ts";
import { SUBREQUESTS_TO_WATCH } from "../limits.ts";
import { log } from "../log.ts";
import type { Services } from "../services.ts";

/**
 * Looks at what is left to do, and takes the alerts that are due where there is somebody to tell.
 * Undefined when the invocation has no subrequests left for that, or the database does not answer:
 * the next minute looks again.
 */
export async function watch(services: Services): Promise<DueAlertsAnswer | undefined> {
  const { url, thresholds } = services.settings.alerts;
  if (services.subrequests.left() < SUBREQUESTS_TO_WATCH) return undefined;
  try {
    return await services.jobs.dueAlerts(thresholds, url !== undefined);
  } catch (error) {
    if (!(error instanceof JobsError)) throw error;
    log.watchFailed(error);
    return undefined;
  }
}
