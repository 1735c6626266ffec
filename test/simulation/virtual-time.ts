/** Time that stands still until a simulation moves it. Milliseconds since 1970. */
export interface VirtualTime {
  now(): number;
  /** Moves on, firing each timer at its time; `settle` runs after each. */
  advance(ms: number, settle: () => Promise<void>): Promise<void>;
  /** Moves on as a frozen process sees it: no timer fires until the next `advance`. */
  jump(ms: number): void;
  /** Gives the process its own time back. */
  uninstall(): void;
}

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

/**
 * Takes over `Date.now`, `setTimeout`, `clearTimeout` and `AbortSignal.timeout` of this process,
 * so that the Worker's and the Stripe client's own time limits run in a simulation's time.
 */
export function installVirtualTime(start: number): VirtualTime {
  const original = {
    now: Date.now,
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    timeout: AbortSignal.timeout,
  };
  const timers = new Map<object, Timer>();
  let now = start;

  const later = (ms: number, fire: () => void): object => {
    const handle = { unref: () => handle, ref: () => handle, hasRef: () => true };
    timers.set(handle, { at: now + Math.max(0, ms), fire });
    return handle;
  };
  Date.now = () => now;
  globalThis.setTimeout = ((run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
    later(ms, () => run(...args))) as unknown as typeof setTimeout;
  globalThis.clearTimeout = ((handle: unknown) => {
    if (typeof handle === "object" && handle !== null && timers.delete(handle)) return;
    original.clearTimeout(handle as Parameters<typeof clearTimeout>[0]);
  }) as typeof clearTimeout;
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController();
    later(ms, () => controller.abort(new DOMException("The time is up.", "TimeoutError")));
    return controller.signal;
  };

  function nextDue(until: number): object | undefined {
    let first: [object, Timer] | undefined;
    for (const entry of timers) {
      if (entry[1].at <= until && (!first || entry[1].at < first[1].at)) first = entry;
    }
    return first?.[0];
  }

  return {
    now: () => now,
    jump: (ms) => {
      now += ms;
    },
    advance: async (ms, settle) => {
      const until = now + ms;
      for (let due = nextDue(until); due; due = nextDue(until)) {
        const timer = timers.get(due);
        timers.delete(due);
        now = Math.max(now, timer?.at ?? now);
        timer?.fire();
        await settle();
      }
      now = until;
    },
    uninstall: () => {
      Date.now = original.now;
      globalThis.setTimeout = original.setTimeout;
      globalThis.clearTimeout = original.clearTimeout;
      AbortSignal.timeout = original.timeout;
    },
  };
}
