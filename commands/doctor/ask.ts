import { UserError } from "@stripe-customer-sync/provider-kit";

export interface Question {
  /** Who is asked, as a message says it. */
  readonly whom: string;
  readonly url: string;
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

export interface Answer {
  readonly status: number;
  /** Parsed when it is JSON, else undefined. */
  readonly body: unknown;
  /** The server's clock less this machine's at the middle of the call, in ms. */
  readonly aheadMilliseconds: number | undefined;
}

const LIMIT_MILLISECONDS = 10_000;

/**
 * Asks once. Providers repeat what may pass; whoever asks what is wrong wants to know it now.
 *
 * @throws UserError when there is no answer in time
 */
export async function ask({ whom, url, method, headers, body }: Question): Promise<Answer> {
  const started = Date.now();
  try {
    const response = await fetch(url, {
      method: method ?? "GET",
      redirect: "error", // a redirect would take the token to another host
      signal: AbortSignal.timeout(LIMIT_MILLISECONDS),
      headers: {
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const middle = (started + Date.now()) / 2;
    const date = Date.parse(response.headers.get("date") ?? "");
    return {
      status: response.status,
      body: json(await response.text()),
      aheadMilliseconds: Number.isNaN(date) ? undefined : date - middle,
    };
  } catch (cause) {
    throw new UserError(`No answer from ${whom} at ${new URL(url).host}: ${reasonOf(cause)}.`, {
      cause,
    });
  }
}

/**
 * Asks a vendor's API, whose own troubles say nothing about the environment.
 *
 * @throws UserError also when it is out of order or answers no more calls
 */
export async function askVendor(question: Question): Promise<Answer> {
  const answer = await ask(question);
  if (answer.status < 500 && answer.status !== 429) return answer;
  const trouble = answer.status === 429 ? "it answers no more calls for now" : "it is out of order";
  throw new UserError(`Nothing is known: ${question.whom} answered ${answer.status}, ${trouble}.`);
}

/** The header that carries a token. */
export function bearer(token: string): { readonly authorization: string } {
  return { authorization: `Bearer ${token}` };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.name === "TimeoutError") return `none within ${LIMIT_MILLISECONDS / 1_000} s`;
  return cause.cause instanceof Error && cause.cause.message !== ""
    ? cause.cause.message
    : cause.message;
}
