import {
  checkProperties,
  optional,
  type Properties,
  shape,
  text,
  UserError,
} from "@stripe-customer-sync/provider-kit";
import type { CloudflareApi } from "./cloudflare-api.ts";

type Wanted = {
  readonly accountId: string;
  readonly workerName: string;
  readonly route?: { readonly zoneId: string; readonly pattern: string };
  readonly hostname?: string;
};

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
    route: optional(shape({ zoneId: text(), pattern: text() })),
    hostname: optional(text()),
  });
  const [failure] = failures;
  if (failure !== undefined) throw new UserError(`findWorker: ${failure.reason}`);
  return inputs;
}
