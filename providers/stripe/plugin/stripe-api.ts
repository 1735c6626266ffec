import { retry } from "@stripe-customer-sync/provider-kit";
import Stripe from "stripe";
import { StoredIds } from "./stored-ids.ts";
import { retryAdvice, stripeFailure } from "./stripe-failure.ts";

const attemptTimeoutMilliseconds = 15_000;
const budgetMilliseconds = 45_000;

/** Stripe's API with one key: calls are repeated within a budget, failures told in plain words. */
export class StripeApi {
  /** Whether the key works on live data. */
  readonly livemode: boolean;
  /** Ids of resources in the engine's state, as far as its calls told them. */
  readonly stored = new StoredIds();
  readonly #client: Stripe;
  readonly #keySetting: string;

  /**
   * @param base origin of the API
   * @param keySetting the setting that holds the key, for messages
   */
  constructor(key: string, base: URL, keySetting = "stripe:apiKey") {
    this.#keySetting = keySetting;
    this.livemode = key.startsWith("sk_live_") || key.startsWith("rk_live_");
    this.#client = new Stripe(key, {
      host: base.hostname,
      port: base.port || (base.protocol === "https:" ? "443" : "80"),
      protocol: base.protocol === "https:" ? "https" : "http",
      timeout: attemptTimeoutMilliseconds,
      // The SDK's own retries know neither 429 nor a time budget.
      maxNetworkRetries: 0,
      telemetry: false,
    });
  }

  /**
   * Makes the call, again while it can be hoped to succeed. A call with an effect needs an
   * idempotency key that is the same in each attempt.
   *
   * @param permission what a restricted key needs for it, in the Dashboard's words
   * @throws UserError; the SDK's error is its cause
   */
  async call<T>(
    permission: string,
    request: (client: Stripe) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    try {
      return await retry(() => request(this.#client), retryAdvice, { budgetMilliseconds, signal });
    } catch (error) {
      throw stripeFailure(error, { keySetting: this.#keySetting, permission });
    }
  }
}
