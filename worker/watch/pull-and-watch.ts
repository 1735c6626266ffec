import { PULL_MS } from "../limits.ts";
import { log } from "../log.ts";
import type { Services } from "../services.ts";
import { pull } from "../sync/pull.ts";
import { tellOperator } from "./tell-operator.ts";
import { watch } from "./watch.ts";

/**
 * One firing of the cron trigger: works on what is due, says in one line what was done and what is
 * left, and tells the operator when that is too much. The work comes first, so that whoever takes
 * alerts badly cannot hold it up; the look comes also after a pull that failed, for that is when a
 * backlog grows.
 *
 * @throws JobsError when jobs cannot be claimed
 */
export async function pullAndWatch(services: Services): Promise<void> {
  const [pulled] = await Promise.allSettled([pull(services, "cron", PULL_MS)]);
  const seen = await watch(services);
  if (pulled.status === "fulfilled") {
    log.pulled({
      ...pulled.value,
      ...(seen && { backlog: seen.backlog, passed: seen.passed }),
    });
  }
  if (seen) await tellOperator(seen, services);
  if (pulled.status === "rejected") throw pulled.reason;
}
