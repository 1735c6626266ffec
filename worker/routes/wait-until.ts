/** Lets work go on after the answer, or after a caller that hung up. */
export type WaitUntil = (work: Promise<unknown>) => void;
