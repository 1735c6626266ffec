/** How webhooks are delivered; a test may change them at any time. */
export interface DeliveryOptions {
  /** An endpoint that has not answered by then has failed. */
  timeoutMs: number;
  /** Wait before the second attempt; it doubles with each further one. */
  firstRetryMs: number;
  longestRetryMs: number;
  /** After as many the event is not sent to the endpoint any more. */
  attempts: number;
  /** Each event is sent so many times: Stripe promises "at least once". */
  copies: number;
  /** Each delivery waits a random time up to this, so that events overtake each other. */
  jitterMs: number;
  /** Attempts under way at once. */
  concurrency: number;
}

/** Three days of Stripe's retries, in the ten minutes that somebody at a local stack may wait. */
export function defaultDeliveryOptions(): DeliveryOptions {
  return {
    timeoutMs: 10_000,
    firstRetryMs: 1_000,
    longestRetryMs: 60_000,
    attempts: 16,
    copies: 1,
    jitterMs: 0,
    concurrency: 20,
  };
}
