import type { Account } from "../account/account.ts";
import { type DeliveryOptions, defaultDeliveryOptions } from "./delivery-options.ts";
import { Gate } from "./gate.ts";
import { signPayload } from "./sign-payload.ts";
import type { StripeEvent } from "./stripe-event.ts";
import type { WebhookEndpoint } from "./webhook-endpoint.ts";

/** One attempt to deliver an event. */
export interface DeliveryAttempt {
  readonly event: string;
  /** As `customer.created`. */
  readonly type: string;
  readonly endpoint: string;
  readonly url: string;
  /** From 1. */
  readonly attempt: number;
  /** Milliseconds since 1970, by the account's clock. */
  readonly at: number;
  /** What the endpoint answered, or `no answer`. */
  readonly status: number | "no answer";
}

interface Delivery {
  readonly event: string;
  readonly endpoint: string;
}

const MAX_LOGGED = 20_000;

/** Sends events to webhook endpoints until they take them (https://docs.stripe.com/webhooks). */
export class Deliveries {
  readonly options: DeliveryOptions = defaultDeliveryOptions();
  readonly #account: Account;
  readonly #log: DeliveryAttempt[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #gate = new Gate(() => this.options.concurrency);
  #held: Delivery[] | undefined;

  constructor(account: Account) {
    this.#account = account;
  }

  /** Starts to deliver an event; it must be durable by now. */
  begin(event: string, endpoints: readonly string[]): void {
    for (const endpoint of endpoints) {
      for (let copy = 0; copy < this.options.copies; copy++) this.#begin({ event, endpoint });
    }
  }

  /** Goes on with what an earlier run of the double had not delivered. */
  resume(): void {
    for (const [event, endpoints] of this.#account.state.undelivered) {
      this.begin(event, [...endpoints]);
    }
  }

  /** Sends an event once more to every endpoint that listens now, as the Dashboard's button does. */
  resend(eventId: string): void {
    for (const { id } of this.#account.state.endpoints.oldestFirst()) {
      this.#begin({ event: eventId, endpoint: id });
    }
  }

  /** Keeps deliveries back from now on. */
  hold(): void {
    this.#held ??= [];
  }

  /** Sends what was kept back, in the order that `reorder` makes of it. */
  release(reorder: (held: readonly Delivery[]) => readonly Delivery[] = (held) => held): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const delivery of reorder(held)) this.#begin(delivery);
  }

  log(): readonly DeliveryAttempt[] {
    return this.#log.slice(-MAX_LOGGED);
  }

  /** Resolves when every delivery, with its retries, has come to its end; held ones do not count. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #begin(delivery: Delivery): void {
    if (this.#account.closing.signal.aborted) return;
    if (this.#held) {
      this.#held.push(delivery);
      return;
    }
    const running = this.#deliver(delivery).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const { runtime, closing } = this.#account;
    const { jitterMs, firstRetryMs, longestRetryMs, attempts } = this.options;
    try {
      if (jitterMs > 0) await runtime.sleep(runtime.random() * jitterMs, closing.signal);
      for (let attempt = 1; attempt <= attempts; attempt++) {
        if (await this.#gate.run(() => this.#attempt(delivery, attempt))) break;
        const wait = Math.min(longestRetryMs, firstRetryMs * 2 ** (attempt - 1));
        if (attempt < attempts) await runtime.sleep(wait, closing.signal);
      }
    } catch (error) {
      // Not delivered: the next start goes on with it.
      if (closing.signal.aborted) return;
      throw error;
    }
    const { event, endpoint } = delivery;
    this.#account.commit([{ type: "delivered", event, to: endpoint }]);
  }

  /** Whether no further attempt is needed. */
  async #attempt(delivery: Delivery, attempt: number): Promise<boolean> {
    const { state, clock, closing } = this.#account;
    closing.signal.throwIfAborted();
    const event = state.events.get(delivery.event);
    const endpoint = state.endpoints.get(delivery.endpoint);
    // Stripe does not go on with endpoints that were deleted or disabled meanwhile.
    if (!event || endpoint?.status !== "enabled") return true;
    const at = clock.now();
    const status = await this.#send(event, endpoint);
    const { id, url } = endpoint;
    this.#log.push({ event: event.id, type: event.type, endpoint: id, url, attempt, at, status });
    if (this.#log.length > 2 * MAX_LOGGED) this.#log.splice(0, MAX_LOGGED);
    return typeof status === "number" && status >= 200 && status < 300;
  }

  async #send(event: StripeEvent, endpoint: WebhookEndpoint): Promise<number | "no answer"> {
    const { runtime, clock, closing } = this.#account;
    const version = endpoint.api_version ?? event.api_version;
    const payload = JSON.stringify({ ...event, api_version: version }, null, 2);
    try {
      const response = await runtime.fetch(endpoint.url, {
        method: "POST",
        headers: {
          "Content-Type": "application/json; charset=utf-8",
          "User-Agent": "Stripe/1.0 (+https://docs.stripe.com/webhooks)",
          "Stripe-Signature": signPayload(payload, endpoint.secret, clock.seconds()),
        },
        body: payload,
        redirect: "manual",
        signal: AbortSignal.any([closing.signal, AbortSignal.timeout(this.options.timeoutMs)]),
      });
      await response.arrayBuffer();
      return response.status;
    } catch {
      closing.signal.throwIfAborted();
      return "no answer";
    }
  }
}
