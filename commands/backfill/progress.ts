const MS_A_SECOND = 1_000;
const SECONDS_A_MINUTE = 60;
const BAR_CELLS = 30;
/** The pace of the last minutes foretells the next ones; that of the beginning does not. */
const WINDOW_MS = 2 * SECONDS_A_MINUTE * MS_A_SECOND;
/** Before that an estimate would jump about. */
const SHORTEST_MS = 5 * MS_A_SECOND;

/** How far a number has fallen to nothing, as a bar with an estimate of the time left. */
export class Progress {
  readonly #total: number;
  #samples: readonly { readonly at: number; readonly left: number }[] = [];

  /** @param total what is left at the beginning */
  constructor(total: number) {
    this.#total = total;
  }

  /**
   * @param at milliseconds on any clock
   * @param left what is left then
   */
  line(at: number, left: number): string {
    this.#samples = [...this.#samples, { at, left }].filter((one) => at - one.at <= WINDOW_MS);
    const done = Math.max(0, this.#total - left);
    const share = this.#total === 0 ? 1 : Math.min(1, done / this.#total);
    const cells = Math.floor(share * BAR_CELLS);
    const bar = "█".repeat(cells) + "░".repeat(BAR_CELLS - cells);
    return `${bar} ${done} of ${this.#total} linked, ${this.#estimate(at, left)}`;
  }

  #estimate(at: number, left: number): string {
    if (left === 0) return "done";
    const [first] = this.#samples;
    if (first === undefined || at - first.at < SHORTEST_MS) return "estimating the time left";
    const perMillisecond = (first.left - left) / (at - first.at);
    if (perMillisecond <= 0) return "waiting for the Worker's next pull";
    return `about ${duration(left / perMillisecond)} left`;
  }
}

function duration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / MS_A_SECOND);
  if (seconds < SECONDS_A_MINUTE) return `${seconds} s`;
  const minutes = Math.ceil(seconds / SECONDS_A_MINUTE);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
