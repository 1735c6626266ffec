/** How a connection ends without an answer. */
export type Cut = "refused" | "reset";

/** Thrown by a fault that leaves the caller without an answer. */
export class ConnectionCut extends Error {
  readonly cut: Cut;

  constructor(cut: Cut) {
    super(`The connection was ${cut} by a scripted fault.`);
    this.name = "ConnectionCut";
    this.cut = cut;
  }
}
