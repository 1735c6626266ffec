/**
 * `unavailable`: no answer, or one that a later attempt may improve. `refused`: the credential or
 * the installed schema does not fit, which somebody has to repair. `unreadable`: an answer of
 * another shape than agreed.
 */
export type JobsErrorKind = "unavailable" | "refused" | "unreadable";

/**
 * A call of a job function that failed. Its message names the function, the status and the
 * database's error code, never the arguments or the answer's text.
 */
export class JobsError extends Error {
  override readonly name = "JobsError";
  readonly kind: JobsErrorKind;
  readonly function: string;
  /** HTTP status; undefined when there was no answer. */
  readonly status: number | undefined;
  /** PostgREST's or PostgreSQL's code, such as PGRST301 or 42501. */
  readonly code: string | undefined;

  constructor(
    kind: JobsErrorKind,
    name: string,
    detail: { status?: number; code?: string | undefined; what: string },
    options?: ErrorOptions,
  ) {
    super(`${name}: ${detail.what}`, options);
    this.kind = kind;
    this.function = name;
    this.status = detail.status;
    this.code = detail.code;
  }
}
