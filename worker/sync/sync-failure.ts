/**
 * What is to be done about a failed attempt. `retry`: later, with the same key and body.
 * `configuration`: the same, slowly, and somebody has to repair the environment. `ambiguous`: the
 * customer may exist, so look in Stripe before any create. `permanent`: not until the data
 * changes.
 */
export type FailureClass = "retry" | "configuration" | "ambiguous" | "permanent";

/**
 * An attempt that failed, in our own words: Stripe's messages can hold e-mail addresses and parts
 * of keys, so they are neither stored nor logged.
 */
export class SyncFailure extends Error {
  override readonly name = "SyncFailure";
  readonly class: FailureClass;
  /** snake_case; Stripe's own code where there is one. */
  readonly code: string;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    failureClass: FailureClass,
    code: string,
    message: string,
    options: ErrorOptions & { retryAfterSeconds?: number | undefined } = {},
  ) {
    super(message, options);
    this.class = failureClass;
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
