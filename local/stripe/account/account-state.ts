import type { ApiKey } from "../api/api-key.ts";
import { NewestFirst } from "../api/newest-first.ts";
import type { Customer } from "../customers/customer.ts";
import { SearchIndex } from "../customers/search-index.ts";
import type { StoredAnswer } from "../idempotency/stored-answer.ts";
import type { StripeEvent } from "../webhooks/stripe-event.ts";
import type { WebhookEndpoint } from "../webhooks/webhook-endpoint.ts";
import type { Change } from "./change.ts";

/** How long Stripe keeps events (https://docs.stripe.com/api/events). */
const EVENT_LIFE_SECONDS = 30 * 24 * 60 * 60;

/** Stripe keeps an idempotency key for at least 24 hours; the double forgets it right then. */
export const KEY_LIFE_MS: number = 24 * 60 * 60 * 1000;

/** What an account knows, as the sum of its changes. Objects in it are never altered, only replaced. */
export class AccountState {
  readonly customers = new NewestFirst<Customer>();
  readonly deletedCustomers = new Set<string>();
  readonly searchIndex = new SearchIndex();
  readonly endpoints = new NewestFirst<WebhookEndpoint>();
  readonly events = new NewestFirst<StripeEvent>();
  /** Ids of endpoints that have yet to take an event, by the event's id. */
  readonly undelivered = new Map<string, Set<string>>();
  readonly answers = new Map<string, StoredAnswer>();
  readonly keys = new Map<string, ApiKey>();
  readonly revokedKeys = new Set<string>();
  shiftMs = 0;

  apply(change: Change): void {
    switch (change.type) {
      case "customer":
        this.customers.put(change.customer);
        this.searchIndex.put(change.customer, change.at);
        return;
      case "customer-deleted":
        this.customers.delete(change.id);
        this.searchIndex.delete(change.id);
        this.deletedCustomers.add(change.id);
        return;
      case "endpoint":
        this.endpoints.put(change.endpoint);
        return;
      case "endpoint-deleted":
        this.endpoints.delete(change.id);
        return;
      case "event":
        this.events.put(change.event);
        if (change.to.length > 0) this.undelivered.set(change.event.id, new Set(change.to));
        return;
      case "delivered":
        this.#delivered(change.event, change.to);
        return;
      case "answer":
        this.answers.set(change.key, change.answer);
        return;
      case "clock":
        this.shiftMs = change.shiftMs;
        return;
      case "key":
        this.revokedKeys.delete(change.key);
        this.keys.set(change.key, { key: change.key, permissions: change.permissions });
        return;
      case "key-revoked":
        this.revokedKeys.add(change.key);
        return;
    }
  }

  /** The shortest list of changes that leads to this state, without what is past its life. */
  *changes(now: number): Generator<Change> {
    yield { type: "clock", shiftMs: this.shiftMs };
    for (const { key, permissions } of this.keys.values()) yield { type: "key", key, permissions };
    for (const key of this.revokedKeys) yield { type: "key-revoked", key };
    for (const endpoint of this.endpoints.oldestFirst()) yield { type: "endpoint", endpoint };
    for (const customer of this.customers.oldestFirst()) {
      yield { type: "customer", customer, at: this.searchIndex.writtenAt(customer.id) };
    }
    for (const id of this.deletedCustomers) yield { type: "customer-deleted", id };
    for (const event of this.events.oldestFirst()) {
      const to = [...(this.undelivered.get(event.id) ?? [])];
      const isKept = event.created > now / 1000 - EVENT_LIFE_SECONDS;
      if (isKept || to.length > 0) yield { type: "event", event, to };
    }
    for (const [key, answer] of this.answers) {
      if (answer.at > now - KEY_LIFE_MS) yield { type: "answer", key, answer };
    }
  }

  #delivered(eventId: string, endpointId: string): void {
    const waiting = this.undelivered.get(eventId);
    waiting?.delete(endpointId);
    if (waiting?.size === 0) this.undelivered.delete(eventId);
    const event = this.events.get(eventId);
    if (!event) return;
    this.events.put({ ...event, pending_webhooks: waiting?.size ?? 0 });
  }
}
