import { randomNumbers } from "../simulation/random-numbers.ts";
import type { Target } from "./immortal-cloud.ts";

/** One `kill -9`. */
export interface Kill {
  readonly target: Target;
  /** Of the whole cloud: whether its process dies alone. */
  readonly alone: boolean;
  /** Whether the cloud must have taken organizations since the last kill, or may still recover. */
  readonly underLoad: boolean;
  readonly pauseMs: number;
}

const LONGEST_PAUSE_MS = 400;
/** Of the kills that may hit what is still recovering from the last one. */
const SHARE_WHILE_RECOVERING = 0.25;

/** So many kills of each target, in an order and with pauses that the seed decides. */
export function killSchedule(seed: number, ofEach: number): Kill[] {
  const random = randomNumbers(seed);
  const targets: Target[] = ["postgres", "workerd", "cloud"];
  return targets
    .flatMap((target) => Array.from({ length: ofEach }, () => ({ target, order: random() })))
    .sort((a, b) => a.order - b.order)
    .map(({ target }) => ({
      target,
      alone: random() < 0.5,
      underLoad: random() >= SHARE_WHILE_RECOVERING,
      pauseMs: random() * LONGEST_PAUSE_MS,
    }));
}
