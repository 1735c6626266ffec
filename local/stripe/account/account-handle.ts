import type { ApiKey } from "../api/api-key.ts";
import type { Clock } from "../clock.ts";
import type { Customer, DeletedCustomer } from "../customers/customer.ts";
import { deletedCustomer } from "../customers/deleted-customer.ts";
import type { Faults } from "../faults/faults.ts";
import type { Limits } from "../limits/limits.ts";
import type { DeliveryAttempt } from "../webhooks/deliveries.ts";
import type { DeliveryOptions } from "../webhooks/delivery-options.ts";
import type { StripeEvent } from "../webhooks/stripe-event.ts";
import { type WebhookEndpoint, withoutSecret } from "../webhooks/webhook-endpoint.ts";
import type { Account } from "./account.ts";
import type { LoggedRequest } from "./request-log.ts";

/** What a test, or somebody's hand, can see and do in an account beside the API. */
export interface AccountHandle {
  readonly accountId: string;
  readonly livemode: boolean;
  /** Live customers, oldest first. */
  customers(): Customer[];
  customer(id: string): Customer | undefined;
  deletedCustomers(): DeletedCustomer[];
  /** Events, oldest first. */
  events(): StripeEvent[];
  webhookEndpoints(): Omit<WebhookEndpoint, "secret">[];
  /** The last requests, oldest first; none of their parameters. */
  requests(): LoggedRequest[];
  forgetRequests(): void;
  readonly faults: Faults;
  readonly clock: Clock;
  /** Change it in place. */
  readonly limits: Limits;
  /** How far search is behind, in milliseconds. Default 0. */
  searchLagMs: number;
  readonly webhooks: WebhooksHandle;
  /** Adds a key, or gives it back after it was revoked; null permissions are all of them. */
  addKey(key: ApiKey): void;
  /** From now on the key is answered with 401. */
  revokeKey(key: string): void;
}

/** Deliveries of an account's events to its webhook endpoints. */
export interface WebhooksHandle {
  /** Change it in place. */
  readonly options: DeliveryOptions;
  /** Every attempt, oldest first. */
  deliveries(): readonly DeliveryAttempt[];
  /** Sends an event once more to all endpoints. */
  resend(eventId: string): void;
  /** Keeps deliveries back until `release`. */
  hold(): void;
  /** Sends what was kept back, in the order that `reorder` makes of it. */
  release(reorder?: <T>(held: readonly T[]) => readonly T[]): void;
  /** Resolves when every delivery that is not held back has been taken or given up. */
  settled(): Promise<void>;
}

export function accountHandle(account: Account): AccountHandle {
  const { state, deliveries } = account;
  return {
    accountId: account.tenant.accountId,
    livemode: account.tenant.livemode,
    customers: () => [...state.customers.oldestFirst()],
    customer: (id) => state.customers.get(id),
    deletedCustomers: () => [...state.deletedCustomers].map(deletedCustomer),
    events: () => [...state.events.oldestFirst()],
    webhookEndpoints: () => [...state.endpoints.oldestFirst()].map(withoutSecret),
    requests: () => account.log.all(),
    forgetRequests: () => account.log.clear(),
    faults: account.faults,
    clock: account.clock,
    limits: account.limits,
    get searchLagMs() {
      return account.searchLagMs;
    },
    set searchLagMs(ms) {
      account.searchLagMs = ms;
    },
    webhooks: {
      options: deliveries.options,
      deliveries: () => deliveries.log(),
      resend: (eventId) => deliveries.resend(eventId),
      hold: () => deliveries.hold(),
      release: (reorder) => deliveries.release(reorder),
      settled: () => deliveries.settled(),
    },
    addKey: ({ key, permissions }) => account.commit([{ type: "key", key, permissions }]),
    revokeKey: (key) => account.commit([{ type: "key-revoked", key }]),
  };
}
