import { ApiError, type ErrorObject } from "./api-error.ts";

/** What the caller of an endpoint gets. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

export function answerWith(body: unknown): Answer {
  return { status: 200, body, headers: {} };
}

/** The JSON of an error, with the link that Stripe adds to one with a code. */
export function answerOfError({ status, error, headers }: ApiError): Answer {
  return { status, body: { error: withDocumentation(error) }, headers };
}

/** @throws the error when it is none of the API's: that one is a bug */
export function answerOf(error: unknown): Answer {
  if (error instanceof ApiError) return answerOfError(error);
  throw error;
}

function withDocumentation(error: ErrorObject): object {
  if (error.code === undefined) return error;
  const page = error.code.replaceAll("_", "-");
  return { ...error, doc_url: `https://docs.stripe.com/error-codes/${page}` };
}
