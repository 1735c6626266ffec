import {
  checkProperties,
  type Properties,
  text,
  UserError,
} from "@stripe-customer-sync/provider-kit";
import type { CloudflareApi, WorkerAddress } from "./cloudflare-api.ts";
import { type Entrance, entranceRules } from "./entrance.ts";

type Wanted = WorkerAddress & Entrance;

/** `live-worker:index:findWorker`: what there is under a Worker's name, pattern and host name. */
export async function findWorker(
  args: Properties,
  api: CloudflareApi,
  signal: AbortSignal,
): Promise<Properties> {
  const { accountId, workerName, route, hostname } = checked(args);
  const [worker, foundRoute, domain] = await Promise.all([
    api.worker({ accountId, workerName }, signal),
    route && api.route(route.zoneId, route.pattern, signal),
    hostname === undefined ? undefined : api.domain(accountId, hostname, signal),
  ]);
  return {
    ...(worker && { worker }),
    ...(foundRoute && { route: foundRoute }),
    ...(domain && { domain }),
  };
}

function checked(args: Properties): Wanted {
  const { inputs, failures } = checkProperties<Wanted>(args, {
    accountId: text(),
    workerName: text(),
    ...entranceRules,
  });
  const [failure] = failures;
  if (failure !== undefined) throw new UserError(`findWorker: ${failure.reason}`);
  return inputs;
}
