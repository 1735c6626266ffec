/**
 * What a check found. `fine`; `doubtful`: it works, or could not be looked at, and somebody should
 * know; `wrong`: the environment does not do what it should.
 */
export type Verdict = "fine" | "doubtful" | "wrong";

export interface Finding {
  readonly verdict: Verdict;
  /** One sentence in plain words. */
  readonly says: string;
  /** What to do about it; nothing for what is fine. */
  readonly todo?: string;
}

export function fine(says: string): Finding {
  return { verdict: "fine", says };
}

export function doubtful(says: string, todo: string): Finding {
  return { verdict: "doubtful", says, todo };
}

export function wrong(says: string, todo: string): Finding {
  return { verdict: "wrong", says, todo };
}
