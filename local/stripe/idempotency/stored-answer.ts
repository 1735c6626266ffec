/** The first result of an idempotency key. */
export interface StoredAnswer {
  /** Method and path of the first request: a key belongs to one of them. */
  readonly request: string;
  /** The first request's parameters, in one order. */
  readonly parameters: string;
  readonly requestId: string;
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds since 1970, by the account's clock. */
  readonly at: number;
}
