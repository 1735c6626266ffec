import type { ProviderDefinition } from "@stripe-customer-sync/provider-kit";
import { type ApiSession, checkConfig, configure } from "./api-session.ts";
import { worker } from "./worker.ts";
import { workerVersion } from "./worker-version.ts";
import { workersCronTrigger } from "./workers-cron-trigger.ts";
import { workersCustomDomain } from "./workers-custom-domain.ts";
import { workersDeployment } from "./workers-deployment.ts";
import { workersRoute } from "./workers-route.ts";

/**
 * Stands in for the official provider where its plugin cannot be had: the resource types that the
 * stacks use, with the same calls, replacements and blind spots.
 */
export const cloudflareProvider: ProviderDefinition<ApiSession> = {
  name: "cloudflare",
  // That of the SDK, @pulumi/cloudflare.
  version: "6.22.1",
  secretConfig: ["apiToken"],
  checkConfig,
  configure,
  resources: {
    "cloudflare:index/worker:Worker": worker,
    "cloudflare:index/workerVersion:WorkerVersion": workerVersion,
    "cloudflare:index/workersDeployment:WorkersDeployment": workersDeployment,
    "cloudflare:index/workersCronTrigger:WorkersCronTrigger": workersCronTrigger,
    "cloudflare:index/workersRoute:WorkersRoute": workersRoute,
    "cloudflare:index/workersCustomDomain:WorkersCustomDomain": workersCustomDomain,
  },
};
