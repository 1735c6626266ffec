import { ApiError } from "../api/api-error.ts";
import type { Limits } from "./limits.ts";
import { TokenBucket } from "./token-bucket.ts";

type Reason = "global-rate" | "endpoint-rate" | "global-concurrency";

/** Refuses what is over an account's limits. Refused requests use nothing up. */
export class RateLimiter {
  readonly #limits: Limits;
  readonly #global = new TokenBucket();
  readonly #endpoints = new Map<string, TokenBucket>();
  #underWay = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /**
   * Admits a request to an endpoint at a time in milliseconds.
   *
   * @returns to be called when the request has its answer
   * @throws ApiError 429 with the header Stripe-Rate-Limited-Reason
   */
  admit(endpoint: string, now: number): () => void {
    const { globalPerSecond, endpointPerSecond, perEndpoint, globalConcurrency } = this.#limits;
    const bucket = this.#endpoints.get(endpoint) ?? new TokenBucket();
    this.#endpoints.set(endpoint, bucket);
    if (this.#underWay >= globalConcurrency) throw limited("global-concurrency");
    if (!bucket.has(now, perEndpoint[endpoint] ?? endpointPerSecond))
      throw limited("endpoint-rate");
    if (!this.#global.has(now, globalPerSecond)) throw limited("global-rate");
    bucket.take();
    this.#global.take();
    this.#underWay += 1;
    return () => {
      this.#underWay -= 1;
    };
  }
}

function limited(reason: Reason): ApiError {
  return new ApiError(
    429,
    {
      type: "invalid_request_error",
      code: "rate_limit",
      message:
        "Request rate limit exceeded. Learn more about rate limits here https://docs.stripe.com/rate-limits.",
    },
    { "Stripe-Rate-Limited-Reason": reason },
  );
}
