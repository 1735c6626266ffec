import type { Endpoint } from "../api/endpoint.ts";
import { mergeMetadata, readMetadata } from "../form/read-metadata.ts";
import { findWebhookEndpoint } from "./find-webhook-endpoint.ts";
import { readEnabledEvents, readUrl } from "./read-endpoint-fields.ts";
import { type WebhookEndpoint, withoutSecret } from "./webhook-endpoint.ts";

/** https://docs.stripe.com/api/webhook_endpoints/update: the version and the secret stay. */
export const updateWebhookEndpoint: Endpoint = {
  method: "POST",
  path: "/v1/webhook_endpoints/:id",
  permission: "webhook_write",
  prepare: ({ account, parameters, id }) => {
    const url = readUrl(parameters);
    const events = readEnabledEvents(parameters);
    const description = parameters.string("description");
    const disabled = parameters.boolean("disabled");
    const metadata = readMetadata(parameters);
    parameters.list("expand");
    parameters.end();
    return () => {
      const present = findWebhookEndpoint(account.state, id);
      const endpoint: WebhookEndpoint = {
        ...present,
        url: url ?? present.url,
        enabled_events: events ?? present.enabled_events,
        description: description === undefined ? present.description : description,
        metadata: mergeMetadata(present.metadata, metadata),
        status: disabled === undefined ? present.status : disabled ? "disabled" : "enabled",
      };
      return { body: withoutSecret(endpoint), changes: [{ type: "endpoint", endpoint }] };
    };
  },
};
