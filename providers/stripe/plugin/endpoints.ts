import type { Operation } from "@stripe-customer-sync/provider-kit";
import type Stripe from "stripe";
import { markOf, markUrn } from "./resource-mark.ts";
import type { StripeApi } from "./stripe-api.ts";
import { isMissing } from "./stripe-failure.ts";

/** The endpoint, or undefined when there is none of that id. */
export async function endpointById(
  api: StripeApi,
  id: string,
  signal?: AbortSignal,
): Promise<Stripe.WebhookEndpoint | undefined> {
  try {
    const found = await api.call(
      "Webhook Endpoints: Read",
      (client) => client.webhookEndpoints.retrieve(id),
      signal,
    );
    return "deleted" in found ? undefined : found;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Deletes the endpoint; one that is gone already is fine. */
export async function deleteEndpoint(api: StripeApi, id: string): Promise<void> {
  try {
    await api.call("Webhook Endpoints: Write", (client) => client.webhookEndpoints.del(id));
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/**
 * Ids of endpoints that the same resource made for the same URL although the engine's state does
 * not know them: an update was killed before it could save the state, or the state was lost.
 * Their signing secret is lost with it, so that they can only be deleted.
 */
export async function leftoversOf(
  api: StripeApi,
  url: string,
  { urn, signal }: Operation,
): Promise<string[]> {
  const mark = markOf(urn)[markUrn];
  const endpoints = await api.call(
    "Webhook Endpoints: Read",
    (client) => client.webhookEndpoints.list({ limit: 100 }).autoPagingToArray({ limit: 1_000 }),
    signal,
  );
  return endpoints
    .filter(({ metadata, url: where }) => metadata[markUrn] === mark && where === url)
    .map(({ id }) => id)
    .filter((id) => api.stored.isForgotten(urn, id));
}
