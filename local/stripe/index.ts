/**
 * A double of Stripe for one machine: customers, webhook endpoints, events, accounts and keys with
 * Stripe's own rules, and faults that a test can script.
 */
export type { AccountHandle, WebhooksHandle } from "./account/account-handle.ts";
export type { LoggedRequest } from "./account/request-log.ts";
export type { ApiKey, Permission } from "./api/api-key.ts";
export type { Clock } from "./clock.ts";
export { createStripe, type InProcessStripe, type StripeOptions } from "./create-stripe.ts";
export type { Customer, DeletedCustomer } from "./customers/customer.ts";
export type { Fault, When } from "./faults/fault.ts";
export type { Faults, FaultyRequest } from "./faults/faults.ts";
export type { Limits } from "./limits/limits.ts";
export type { Runtime } from "./runtime.ts";
export { type StripeCloud, startStripe } from "./start-stripe.ts";
export type { DeliveryAttempt } from "./webhooks/deliveries.ts";
export type { DeliveryOptions } from "./webhooks/delivery-options.ts";
export type { StripeEvent } from "./webhooks/stripe-event.ts";
export type { WebhookEndpoint } from "./webhooks/webhook-endpoint.ts";
