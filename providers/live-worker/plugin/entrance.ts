import { optional, shape, text } from "@stripe-customer-sync/provider-kit";
import type { CloudflareApi, WorkerAddress } from "./cloudflare-api.ts";

/** What leads requests to a Worker; neither for one on workers.dev. */
export type Entrance = {
  readonly route?: { readonly zoneId: string; readonly pattern: string };
  readonly hostname?: string;
};

export const entranceRules = {
  route: optional(shape({ zoneId: text(), pattern: text() })),
  hostname: optional(text()),
};

/** Whether the route or the custom domain is there and leads to this Worker. */
export async function leadsToWorker(
  { accountId, workerName, route, hostname }: WorkerAddress & Entrance,
  api: CloudflareApi,
  signal: AbortSignal,
): Promise<boolean> {
  if (route !== undefined) {
    return (await api.route(route.zoneId, route.pattern, signal))?.script === workerName;
  }
  if (hostname !== undefined) {
    return (await api.domain(accountId, hostname, signal))?.service === workerName;
  }
  return true;
}
