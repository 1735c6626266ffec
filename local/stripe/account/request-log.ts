/** One request of an account, without its parameters: those are personal data. */
export interface LoggedRequest {
  /** `req_…`. */
  readonly id: string;
  /** Milliseconds since 1970, by the account's clock. */
  readonly at: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** `POST /v1/customers/:id`. */
  readonly endpoint: string;
  readonly idempotencyKey: string | undefined;
  /** What the caller saw: a status, or how the connection ended. */
  readonly status: number | "refused" | "reset";
  /** Whether the answer was the stored one of the key. */
  readonly replayed: boolean;
}

const MAX_LOGGED = 50_000;

/** The last requests of an account, oldest first. */
export class RequestLog {
  readonly #requests: LoggedRequest[] = [];

  add(request: LoggedRequest): void {
    this.#requests.push(request);
    if (this.#requests.length > 2 * MAX_LOGGED) this.#requests.splice(0, MAX_LOGGED);
  }

  all(): LoggedRequest[] {
    return this.#requests.slice(-MAX_LOGGED);
  }

  clear(): void {
    this.#requests.length = 0;
  }
}
