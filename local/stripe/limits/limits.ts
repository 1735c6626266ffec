/** How many requests an account may send; a test may change them at any time. */
export interface Limits {
  /** Over all endpoints. */
  globalPerSecond: number;
  /** On each endpoint that `perEndpoint` does not name. */
  endpointPerSecond: number;
  /** Requests a second by endpoint, as `GET /v1/customers/search`. */
  perEndpoint: Readonly<Record<string, number>>;
  /** Requests under way at once. */
  globalConcurrency: number;
}

/** Stripe's own for a new account (https://docs.stripe.com/rate-limits); concurrency is not told. */
export function defaultLimits(livemode: boolean): Limits {
  return {
    globalPerSecond: livemode ? 100 : 25,
    endpointPerSecond: 25,
    perEndpoint: { "GET /v1/customers/search": 20 },
    globalConcurrency: Number.POSITIVE_INFINITY,
  };
}
