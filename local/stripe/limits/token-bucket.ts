/** Lets `perSecond` through each second, and as many at once after a quiet second. */
export class TokenBucket {
  #tokens = Number.POSITIVE_INFINITY;
  #filledAt = 0;

  /** Whether one more may pass at a time in milliseconds; does not take it. A clock set back adds nothing. */
  has(now: number, perSecond: number): boolean {
    if (perSecond === Number.POSITIVE_INFINITY) return true;
    const elapsedMs = Math.max(0, now - this.#filledAt);
    this.#tokens = Math.min(perSecond, this.#tokens + (elapsedMs * perSecond) / 1000);
    this.#filledAt = now;
    return this.#tokens >= 1;
  }

  take(): void {
    this.#tokens -= 1;
  }
}
