/** What is left of a token's calls. */
export interface Allowance {
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until there are new ones. */
  readonly resetSeconds: number;
  readonly exceeded: boolean;
}

const WINDOW_MS = 60_000;

/** Counts the calls of each access token in windows of a minute. */
export class RateLimit {
  readonly #perMinute: number;
  readonly #windows = new Map<string, { startedAt: number; calls: number }>();

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  count(token: string): Allowance {
    const now = performance.now();
    let window = this.#windows.get(token);
    if (window === undefined || now - window.startedAt >= WINDOW_MS) {
      window = { startedAt: now, calls: 0 };
      this.#windows.set(token, window);
    }
    window.calls += 1;
    return {
      limit: this.#perMinute,
      remaining: Math.max(this.#perMinute - window.calls, 0),
      resetSeconds: Math.ceil((window.startedAt + WINDOW_MS - now) / 1000),
      exceeded: window.calls > this.#perMinute,
    };
  }
}
