/** What the double needs from outside; a simulation puts its own in, so that a seed decides all. */
export interface Runtime {
  /** Milliseconds since 1970. Each account's clock is this one plus its own shift. */
  readonly now: () => number;
  /** Waits for scripted delays and between attempts of a delivery; rejects when aborted. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** In [0, 1): makes ids and secrets. */
  readonly random: () => number;
  /** Delivers webhooks. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
}

/** Real time, real randomness, real network. */
export const realRuntime: Runtime = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", stop);
        resolve();
      }, ms);
      signal?.addEventListener("abort", stop, { once: true });
    }),
  random: () => Math.random(),
  fetch: (url, init) => globalThis.fetch(url, init),
};
