import type { Endpoint } from "../api/endpoint.ts";
import { page, readPaging } from "../api/page.ts";
import { readRange } from "../api/read-range.ts";

/** https://docs.stripe.com/api/events/list */
export const listEvents: Endpoint = {
  method: "GET",
  path: "/v1/events",
  permission: "event_read",
  prepare: ({ account, parameters }) => {
    const paging = readPaging(parameters);
    const isInRange = readRange(parameters);
    const type = parameters.string("type") ?? undefined;
    const types = parameters.list("types") ?? undefined;
    const delivered = parameters.boolean("delivery_success");
    parameters.list("expand");
    parameters.end();
    const wanted = type === undefined ? types : [type, ...(types ?? [])];
    return () => ({
      body: page({
        objects: account.state.events,
        paging,
        url: "/v1/events",
        kind: "event",
        fits: (event) =>
          isInRange(event) &&
          (wanted === undefined || wanted.some((pattern) => isOfType(event.type, pattern))) &&
          (delivered === undefined || (event.pending_webhooks === 0) === delivered),
      }),
    });
  },
};

/** `customer.*` stands for all types that begin so. */
function isOfType(type: string, pattern: string): boolean {
  return pattern.endsWith("*") ? type.startsWith(pattern.slice(0, -1)) : type === pattern;
}
