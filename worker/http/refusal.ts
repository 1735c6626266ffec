/** Statuses with which a request is refused. */
export type RefusalStatus = 400 | 401 | 404 | 405 | 413 | 415 | 503;

/**
 * A request that is not served, with what the caller may know about it. The message never holds
 * anything of the request's body and never a secret.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: RefusalStatus;
  /** For programs: snake_case, stable. */
  readonly code: string;

  constructor(status: RefusalStatus, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
