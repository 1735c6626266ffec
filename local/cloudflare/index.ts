export type { AccountHandle } from "./account-handle.ts";
export type { ApiCall } from "./control-plane/call-log.ts";
export {
  type CloudflareCloud,
  type CloudflareOptions,
  startCloudflare,
} from "./start-cloudflare.ts";
export type { WorkerLog, WorkerLogSink } from "./worker-logs.ts";
