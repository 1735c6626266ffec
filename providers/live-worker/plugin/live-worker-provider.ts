import {
  checkProperties,
  optional,
  type ProviderDefinition,
  secret,
  text,
  UserError,
  url,
} from "@stripe-customer-sync/provider-kit";
import { CloudflareApi } from "./cloudflare-api.ts";
import { findWorker } from "./find-worker.ts";
import { liveCheck } from "./live-check-resource.ts";
import { rollout } from "./rollout-resource.ts";

/** The plugin behind the package `@stripe-customer-sync/live-worker`. */
export const liveWorkerProvider: ProviderDefinition<CloudflareApi> = {
  name: "live-worker",
  version: "0.1.0",
  secretConfig: ["apiToken"],
  checkConfig: (news) =>
    checkProperties(news, {
      apiToken: optional(secret(text())),
      baseUrl: optional(url()),
    }),
  configure(config) {
    const token = config.apiToken ?? process.env.CLOUDFLARE_API_TOKEN;
    const baseUrl = config.baseUrl ?? process.env.CLOUDFLARE_BASE_URL ?? officialBaseUrl;
    if (typeof token !== "string" || token === "") {
      throw new UserError(
        "No Cloudflare token: set live-worker:apiToken (or CLOUDFLARE_API_TOKEN) to an API token " +
          'with the permission "Workers Scripts: Read":\n' +
          "  pulumi config set --secret live-worker:apiToken <token>",
      );
    }
    return new CloudflareApi(token, String(baseUrl));
  },
  resources: {
    "live-worker:index:LiveCheck": liveCheck,
    "live-worker:index:Rollout": rollout,
  },
  functions: {
    "live-worker:index:findWorker": (args, api, { signal }) => findWorker(args, api, signal),
  },
};

const officialBaseUrl = "https://api.cloudflare.com/client/v4";
