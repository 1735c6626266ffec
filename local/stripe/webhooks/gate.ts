/** Lets a limited number of pieces of work run at once, the others in the order they came. */
export class Gate {
  readonly #width: () => number;
  readonly #waiting: (() => void)[] = [];
  #inside = 0;

  constructor(width: () => number) {
    this.#width = width;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inside >= this.#width()) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#inside += 1;
    }
    try {
      return await work();
    } finally {
      // The place goes to the next one without being free in between.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#inside -= 1;
    }
  }
}
