import type { AccountState } from "../account/account-state.ts";
import { ApiError } from "../api/api-error.ts";
import type { WebhookEndpoint } from "./webhook-endpoint.ts";

/** @throws ApiError 404 */
export function findWebhookEndpoint(state: AccountState, id: string): WebhookEndpoint {
  const endpoint = state.endpoints.get(id);
  if (!endpoint) throw ApiError.missing("webhook endpoint", id, "webhook_endpoint");
  return endpoint;
}
