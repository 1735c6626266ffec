import { type RetryOptions, retry, retryAfterMilliseconds } from "./retry.ts";
import { UserError } from "./user-error.ts";

/** A request to a vendor's API that speaks JSON. */
export type JsonRequest = {
  /** Name of the API for messages, as in "the Supabase Management API". */
  readonly api: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /**
   * Whether a request whose answer was lost (time-out, reset, 5xx) may be made again. Default:
   * true except for POST and PATCH. One that was refused (429, connection refused) always may.
   */
  readonly idempotent?: boolean;
  /** Time for one attempt; default 15 s. */
  readonly timeoutMilliseconds?: number;
  /** What to do about a status, as in {401: "Set supabase:accessToken to a valid token."}. */
  readonly advice?: Readonly<Record<number, string>>;
};

/** An answer other than 2xx, or none: `status` is undefined then. */
export class RequestError extends UserError {
  override readonly name = "RequestError";
  readonly status: number | undefined;
  /** The answer's body: parsed if it was JSON, else text. */
  readonly body: unknown;
  readonly retryAfterMilliseconds: number | undefined;

  constructor(
    message: string,
    answer: { status?: number; body?: unknown; retryAfter?: string | null; cause?: unknown },
  ) {
    super(message, { cause: answer.cause });
    this.status = answer.status;
    this.body = answer.body;
    this.retryAfterMilliseconds = retryAfterMilliseconds(answer.retryAfter);
  }
}

/**
 * Makes the request, again after 429, 5xx and network errors within the budget, and gives the
 * answer's JSON (undefined for an empty body).
 *
 * @throws RequestError with the API's own message and the advice for its status
 */
export async function requestJson(request: JsonRequest, options?: RetryOptions): Promise<unknown> {
  const isIdempotent = request.idempotent ?? !["POST", "PATCH"].includes(request.method);
  return retry(
    () => attempt(request, options?.signal),
    (error) => {
      if (!(error instanceof RequestError)) return { retry: false };
      const { status } = error;
      const lost = status === undefined ? !wasRefused(error) : status >= 500;
      const refused = status === 429 || (status === undefined && wasRefused(error));
      return refused || (lost && isIdempotent)
        ? { retry: true, afterMilliseconds: error.retryAfterMilliseconds }
        : { retry: false };
    },
    options,
  );
}

async function attempt(request: JsonRequest, signal: AbortSignal | undefined): Promise<unknown> {
  const timeout = AbortSignal.timeout(request.timeoutMilliseconds ?? 15_000);
  const url = new URL(request.url);
  const about = `${request.api} (${request.method} ${url.host}${url.pathname})`;
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: request.method,
      redirect: "error", // a redirect would take the token to another host
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      headers: {
        accept: "application/json",
        ...(request.body === undefined ? {} : { "content-type": "application/json" }),
        ...request.headers,
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    });
    text = await response.text();
  } catch (cause) {
    signal?.throwIfAborted();
    throw new RequestError(`No answer from ${about}: ${reasonOf(cause)}.`, { cause });
  }
  const body = parsed(text);
  if (response.ok) return body;
  const advice = request.advice?.[response.status];
  const message = `${about} answered ${response.status}${quoted(body)}.`;
  throw new RequestError(advice === undefined ? message : `${message} ${advice}`, {
    status: response.status,
    body,
    retryAfter: response.headers.get("retry-after"),
  });
}

function parsed(text: string): unknown {
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const longestQuoteCharacters = 500;

/** The API's own words: `message`, `msg` or `error` of a JSON body, else its beginning. */
function quoted(body: unknown): string {
  if (body === undefined) return "";
  const fields = typeof body === "object" && body !== null ? Object.entries(body) : [];
  const own = ["message", "msg", "error"]
    .map((name) => fields.find(([field]) => field === name)?.[1])
    .find((value) => typeof value === "string");
  const words =
    typeof own === "string" ? own : typeof body === "string" ? body : JSON.stringify(body);
  const short = words.slice(0, longestQuoteCharacters).trim().replace(/\.$/, "");
  return short === "" ? "" : `: ${short}`;
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.name === "TimeoutError") return "it took too long";
  const inner = cause.cause;
  return inner instanceof Error && inner.message !== "" ? inner.message : cause.message;
}

function wasRefused(error: RequestError): boolean {
  const causes = [error.cause, error.cause instanceof Error ? error.cause.cause : undefined];
  return causes.some(
    (cause) =>
      cause instanceof Error &&
      "code" in cause &&
      ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"].includes(String(cause.code)),
  );
}
