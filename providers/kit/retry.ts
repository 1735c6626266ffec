import { setTimeout as sleep } from "node:timers/promises";

/** Whether an attempt that failed may be made again. */
export type RetryAdvice =
  | { readonly retry: false }
  /** `afterMilliseconds` as the server asked for it, else a growing pause is made. */
  | { readonly retry: true; readonly afterMilliseconds?: number | undefined };

export type RetryOptions = {
  /** No attempt is begun after this time; default 30 s, less where the environment says so. */
  readonly budgetMilliseconds?: number;
  /** The pause after the first failure, doubled with each; default 250 ms. */
  readonly firstPauseMilliseconds?: number;
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
};

/**
 * Environment variable: the most milliseconds that any budget may have. Set by who starts the
 * engine and would rather hear of a silent API soon than wait for it.
 */
export const RETRY_LIMIT_VARIABLE = "STRIPE_CUSTOMER_SYNC_RETRY_LIMIT_MS";

const longestPauseMilliseconds = 8_000;

/**
 * Makes an attempt until it succeeds, the advice is against another one, or the budget would be
 * used up by the next pause; then the last attempt's error is thrown.
 */
export async function retry<T>(
  attempt: () => Promise<T>,
  advice: (error: unknown) => RetryAdvice,
  options: RetryOptions = {},
): Promise<T> {
  const { budgetMilliseconds = 30_000, firstPauseMilliseconds = 250, signal } = options;
  const limit = Number(process.env[RETRY_LIMIT_VARIABLE] || Number.POSITIVE_INFINITY);
  const deadline = performance.now() + Math.min(budgetMilliseconds, limit);
  for (let failures = 0; ; failures += 1) {
    signal?.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      const advised = advice(error);
      if (!advised.retry) throw error;
      const growing = Math.min(firstPauseMilliseconds * 2 ** failures, longestPauseMilliseconds);
      // Jitter keeps several resources that were refused together from coming back together.
      const pause = advised.afterMilliseconds ?? growing * (0.5 + Math.random() / 2);
      if (performance.now() + pause > deadline) throw error;
      await interruptible(sleep(pause, undefined, signal === undefined ? {} : { signal }), signal);
    }
  }
}

async function interruptible(pause: Promise<void>, signal?: AbortSignal): Promise<void> {
  try {
    await pause;
  } catch (error) {
    signal?.throwIfAborted(); // the reason says more than the timer's own error
    throw error;
  }
}

/** A `Retry-After` header, in seconds or as a date, in milliseconds from now. */
export function retryAfterMilliseconds(header: string | null | undefined): number | undefined {
  if (header === null || header === undefined || header.trim() === "") return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1_000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
