import type { Endpoint } from "../api/endpoint.ts";
import { findWebhookEndpoint } from "./find-webhook-endpoint.ts";

/** https://docs.stripe.com/api/webhook_endpoints/delete */
export const deleteWebhookEndpoint: Endpoint = {
  method: "DELETE",
  path: "/v1/webhook_endpoints/:id",
  permission: "webhook_write",
  prepare: ({ account, parameters, id }) => {
    parameters.end();
    return () => {
      findWebhookEndpoint(account.state, id);
      return {
        body: { id, object: "webhook_endpoint", deleted: true },
        changes: [{ type: "endpoint-deleted", id }],
      };
    };
  },
};
