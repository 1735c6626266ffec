import { ApiError } from "../api/api-error.ts";
import type { Endpoint } from "../api/endpoint.ts";

/** https://docs.stripe.com/api/events/retrieve */
export const retrieveEvent: Endpoint = {
  method: "GET",
  path: "/v1/events/:id",
  permission: "event_read",
  prepare: ({ account, parameters, id }) => {
    parameters.list("expand");
    parameters.end();
    return () => {
      const event = account.state.events.get(id);
      if (!event) throw ApiError.missing("event", id, "id");
      return { body: event };
    };
  },
};
