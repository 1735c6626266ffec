import type { Account } from "../account/account.ts";
import type { Change } from "../account/change.ts";
import type { EndpointRequest } from "../api/endpoint.ts";
import { API_VERSION } from "../api/version.ts";
import type { StripeEvent } from "./stripe-event.ts";
import { listensTo } from "./webhook-endpoint.ts";

/** What an event tells. */
interface Happening {
  readonly type: string;
  readonly object: object;
  readonly previous?: object;
}

/** The change that makes an event known and sends it to the endpoints that listen now. */
export function eventOf(
  account: Account,
  { type, object, previous }: Happening,
  cause: EndpointRequest["cause"],
): Extract<Change, { type: "event" }> {
  const to = [...account.state.endpoints.oldestFirst()]
    .filter((endpoint) => listensTo(endpoint, type))
    .map(({ id }) => id);
  const event: StripeEvent = {
    id: account.ids.event(),
    object: "event",
    api_version: API_VERSION,
    created: account.clock.seconds(),
    data: { object, ...(previous && { previous_attributes: previous }) },
    livemode: account.tenant.livemode,
    pending_webhooks: to.length,
    request: cause,
    type,
  };
  return { type: "event", event, to };
}
