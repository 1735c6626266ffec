import { parseCron } from "../cron/parse-cron.ts";
import { now } from "./account.ts";
import type { ScheduleRecord, WorkerRecord } from "./account-state.ts";
import { ApiError, apiCode, invalid } from "./api-error.ts";

/**
 * Replaces all schedules of a Worker.
 *
 * @throws ApiError 400 with code 10100 for an expression that is not one
 */
export function setSchedules(worker: WorkerRecord, body: unknown): void {
  if (!Array.isArray(body)) throw invalid("The schedules must be a list.");
  const crons = body.map((schedule: Record<string, unknown> | null) => {
    const cron = schedule?.cron;
    if (typeof cron !== "string" || !parseCron(cron)) {
      throw new ApiError(400, apiCode.invalidCron, `invalid cron string: ${JSON.stringify(cron)}`);
    }
    return cron;
  });
  const modified = now();
  worker.schedules = [...new Set(crons)].map((cron): ScheduleRecord => {
    const known = worker.schedules.find((schedule) => schedule.cron === cron);
    return known ?? { cron, created_on: modified, modified_on: modified };
  });
}
