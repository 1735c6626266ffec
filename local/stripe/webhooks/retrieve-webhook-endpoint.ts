import type { Endpoint } from "../api/endpoint.ts";
import { findWebhookEndpoint } from "./find-webhook-endpoint.ts";
import { withoutSecret } from "./webhook-endpoint.ts";

/** https://docs.stripe.com/api/webhook_endpoints/retrieve */
export const retrieveWebhookEndpoint: Endpoint = {
  method: "GET",
  path: "/v1/webhook_endpoints/:id",
  permission: "webhook_read",
  prepare: ({ account, parameters, id }) => {
    parameters.list("expand");
    parameters.end();
    return () => ({ body: withoutSecret(findWebhookEndpoint(account.state, id)) });
  },
};
