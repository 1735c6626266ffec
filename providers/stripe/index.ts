/**
 * Stripe as Pulumi resources: what a stack needs to receive Stripe's events and to know which
 * account it works on.
 */
export { type GetAccountResult, getAccount } from "./get-account.ts";
export { Provider, type ProviderArgs } from "./provider.ts";
export { WebhookEndpoint, type WebhookEndpointArgs } from "./webhook-endpoint.ts";
