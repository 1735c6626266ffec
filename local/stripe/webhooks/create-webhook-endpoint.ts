import { ApiError } from "../api/api-error.ts";
import type { Endpoint } from "../api/endpoint.ts";
import { requestedVersion } from "../api/version.ts";
import { required } from "../form/parameter-reader.ts";
import { mergeMetadata, readMetadata } from "../form/read-metadata.ts";
import { readEnabledEvents, readUrl } from "./read-endpoint-fields.ts";
import type { WebhookEndpoint } from "./webhook-endpoint.ts";

/** Endpoints that an account may have (https://docs.stripe.com/webhooks#register-webhook). */
const MAX_ENDPOINTS = 16;

/** https://docs.stripe.com/api/webhook_endpoints/create: the only answer with the secret. */
export const createWebhookEndpoint: Endpoint = {
  method: "POST",
  path: "/v1/webhook_endpoints",
  permission: "webhook_write",
  prepare: ({ account, parameters }) => {
    const url = required(readUrl(parameters), "url");
    const events = required(readEnabledEvents(parameters), "enabled_events");
    const apiVersion = parameters.string("api_version") ?? undefined;
    if (apiVersion !== undefined) requestedVersion(apiVersion);
    const description = parameters.string("description") ?? null;
    const metadata = mergeMetadata({}, readMetadata(parameters));
    parameters.boolean("connect");
    parameters.list("expand");
    parameters.end();
    return () => {
      if (account.state.endpoints.size >= MAX_ENDPOINTS) throw tooMany();
      const endpoint: WebhookEndpoint = {
        id: account.ids.webhookEndpoint(),
        object: "webhook_endpoint",
        api_version: apiVersion ?? null,
        application: null,
        created: account.clock.seconds(),
        description,
        enabled_events: events,
        livemode: account.tenant.livemode,
        metadata,
        secret: account.ids.webhookSecret(),
        status: "enabled",
        url,
      };
      return { body: endpoint, changes: [{ type: "endpoint", endpoint }] };
    };
  },
};

function tooMany(): ApiError {
  return ApiError.invalid(
    `You have reached the maximum of ${MAX_ENDPOINTS} webhook endpoints for this account.`,
  );
}
