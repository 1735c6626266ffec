import type Stripe from "stripe";
import { markOf, withoutMark } from "./resource-mark.ts";
import type { WebhookEndpointInputs } from "./webhook-endpoint-inputs.ts";

/** What Stripe is told to make. */
export function creation(
  inputs: WebhookEndpointInputs,
  urn: string,
): Stripe.WebhookEndpointCreateParams {
  return {
    url: inputs.url,
    enabled_events: [...inputs.enabledEvents] as Stripe.WebhookEndpointCreateParams.EnabledEvent[],
    metadata: { ...inputs.metadata, ...markOf(urn) },
    ...(inputs.description === undefined ? {} : { description: inputs.description }),
    ...(inputs.apiVersion === undefined
      ? {}
      : { api_version: inputs.apiVersion as Stripe.WebhookEndpointCreateParams.ApiVersion }),
  };
}

/** What Stripe is told to change in an endpoint with this metadata. */
export function alteration(
  metadata: Stripe.Metadata,
  news: WebhookEndpointInputs,
  urn: string,
): Stripe.WebhookEndpointUpdateParams {
  // Stripe merges metadata; an empty value removes a key.
  const removed = Object.keys(metadata).map((key) => [key, ""]);
  return {
    url: news.url,
    enabled_events: [...news.enabledEvents] as Stripe.WebhookEndpointUpdateParams.EnabledEvent[],
    description: news.description ?? "",
    disabled: false,
    metadata: { ...Object.fromEntries(removed), ...news.metadata, ...markOf(urn) },
  };
}

/** The endpoint's inputs as Stripe has them; where only the order of the events differs, in the program's order. */
export function inputsOf(
  endpoint: Stripe.WebhookEndpoint,
  known: WebhookEndpointInputs | undefined,
): WebhookEndpointInputs {
  const metadata = withoutMark(endpoint.metadata);
  const isSameSet =
    JSON.stringify([...endpoint.enabled_events].sort()) ===
    JSON.stringify([...(known?.enabledEvents ?? [])].sort());
  const hasMetadata = Object.keys(metadata).length > 0 || known?.metadata !== undefined;
  // Without a declared version Stripe may tell the account's one, which is no difference.
  const takesVersion = known === undefined || known.apiVersion !== undefined;
  return {
    url: endpoint.url,
    enabledEvents: isSameSet && known !== undefined ? known.enabledEvents : endpoint.enabled_events,
    status: endpoint.status,
    ...(endpoint.description ? { description: endpoint.description } : {}),
    ...(hasMetadata ? { metadata } : {}),
    ...(takesVersion && endpoint.api_version !== null ? { apiVersion: endpoint.api_version } : {}),
  };
}
