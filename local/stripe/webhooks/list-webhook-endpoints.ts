import type { Endpoint } from "../api/endpoint.ts";
import { page, readPaging } from "../api/page.ts";
import { withoutSecret } from "./webhook-endpoint.ts";

/** https://docs.stripe.com/api/webhook_endpoints/list */
export const listWebhookEndpoints: Endpoint = {
  method: "GET",
  path: "/v1/webhook_endpoints",
  permission: "webhook_read",
  prepare: ({ account, parameters }) => {
    const paging = readPaging(parameters);
    parameters.list("expand");
    parameters.end();
    return () => ({
      body: page({
        objects: account.state.endpoints,
        paging,
        url: "/v1/webhook_endpoints",
        kind: "webhook endpoint",
        show: withoutSecret,
      }),
    });
  },
};
