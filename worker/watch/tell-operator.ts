import type { DueAlertsAnswer } from "../jobs/answers.ts";
import { JobsError } from "../jobs/jobs-error.ts";
import { ALERT_MS } from "../limits.ts";
import { log } from "../log.ts";
import type { Services } from "../services.ts";
import { alertBody } from "./alert-body.ts";

/**
 * Posts the alerts that were taken, and reports what became of them: told ones rest for an hour,
 * others are due again with the next pull. Never throws, and takes no longer than its time limit
 * and one call of the database.
 */
export async function tellOperator(
  { claim, due: causes, backlog }: DueAlertsAnswer,
  { settings, subrequests, jobs }: Services,
): Promise<void> {
  const { url } = settings.alerts;
  if (url === undefined || claim === null) return;
  const body = alertBody({ environment: settings.environment, causes, backlog });
  const failure = await post(url, body, subrequests.fetch);
  if (failure === undefined) log.alerted({ causes });
  else log.alertFailed({ causes, reason: failure });
  try {
    await jobs.alerted(claim, failure === undefined);
  } catch (error) {
    if (!(error instanceof JobsError)) throw error;
    // The claim runs out by itself; at worst the operator hears the same a second time.
    log.watchFailed(error);
  }
}

/** Why the receiver did not take it; never its address, which carries a token. */
async function post(
  url: string,
  body: object,
  fetch: typeof globalThis.fetch,
): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      // A redirect would take the numbers to another host.
      redirect: "manual",
      signal: AbortSignal.timeout(ALERT_MS),
    });
    await response.body?.cancel();
    return response.ok ? undefined : `HTTP ${response.status}`;
  } catch (error) {
    const isTimeout = error instanceof Error && error.name === "TimeoutError";
    return isTimeout ? `no answer within ${ALERT_MS} ms` : "not reachable";
  }
}
