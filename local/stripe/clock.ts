/** An account's time: created times, ends of idempotency keys, search lag, signatures, limits. */
export class Clock {
  readonly #base: () => number;
  readonly #moved: (shiftMs: number) => void;
  #shiftMs: number;

  constructor(base: () => number, shiftMs: number, moved: (shiftMs: number) => void) {
    this.#base = base;
    this.#shiftMs = shiftMs;
    this.#moved = moved;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#base() + this.#shiftMs;
  }

  /** Unix time in whole seconds, as the API tells it. */
  seconds(): number {
    return Math.floor(this.now() / 1000);
  }

  /** Moves on, or back when negative. The clock goes on running from there. */
  advance(ms: number): void {
    this.#shiftMs += ms;
    this.#moved(this.#shiftMs);
  }

  /** Jumps to a time, and goes on running from there. */
  set(time: Date | number): void {
    this.advance(Number(time) - this.now());
  }
}
