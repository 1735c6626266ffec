import {
  type RetryAdvice,
  retry,
  retryAfterMilliseconds,
  UserError,
} from "@stripe-customer-sync/provider-kit";
import type Cloudflare from "cloudflare";
import type { ClientOptions } from "cloudflare";
import { APIConnectionError, APIError } from "cloudflare/core/error";

const attemptTimeoutMilliseconds = 15_000;
const budgetMilliseconds = 45_000;

/**
 * The official client: calls are repeated within a budget, failures told in plain words. It is
 * loaded at the first call, for that takes 0.3 s and most commands that open a stack make none.
 */
export class CloudflareClient {
  readonly #options: ClientOptions;
  readonly #tokenSetting: string;
  #client: Cloudflare | undefined;

  /** @param tokenSetting the setting that holds the token, for messages */
  constructor(apiToken: string, baseURL: string | undefined, tokenSetting: string) {
    this.#tokenSetting = tokenSetting;
    this.#options = {
      apiToken,
      ...(baseURL !== undefined && { baseURL }),
      timeout: attemptTimeoutMilliseconds,
      maxRetries: 0,
      logLevel: "off",
    };
  }

  /**
   * Makes the call, again while it can be hoped to succeed.
   *
   * @param permission what the token needs for it, in the dashboard's words
   * @throws UserError; the client's error is its cause
   */
  async call<T>(
    permission: string,
    request: (client: Cloudflare) => PromiseLike<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const { Cloudflare } = await import("cloudflare");
    this.#client ??= new Cloudflare(this.#options);
    const client = this.#client;
    try {
      return await retry(async () => request(client), retryAdvice, { budgetMilliseconds, signal });
    } catch (error) {
      throw cloudflareFailure(error, this.#tokenSetting, permission);
    }
  }
}

/** Whether a call failed because there is no such thing. */
export function isMissing(error: unknown): boolean {
  const cause = error instanceof UserError ? error.cause : error;
  return cause instanceof APIError && cause.status === 404;
}

function retryAdvice(error: unknown): RetryAdvice {
  if (error instanceof APIConnectionError) return { retry: true };
  if (!(error instanceof APIError)) return { retry: false };
  const status = error.status ?? 0;
  if (status !== 409 && status !== 429 && status < 500) return { retry: false };
  const afterMilliseconds = retryAfterMilliseconds(error.headers?.get("retry-after"));
  return { retry: true, afterMilliseconds };
}

function cloudflareFailure(error: unknown, tokenSetting: string, permission: string): unknown {
  if (!(error instanceof APIError)) return error;
  const said = error.errors.map(({ message, code }) => `${message} (${code})`).join("; ");
  const words = said === "" ? error.message : said;
  if (error instanceof APIConnectionError) {
    return new UserError(`No answer from Cloudflare's API: ${words}`, { cause: error });
  }
  if (error.status === 401 || error.status === 403) {
    return new UserError(
      `Cloudflare does not let the token in ${tokenSetting} do this; it needs the permission ` +
        `"${permission}" of the account: ${words}`,
      { cause: error },
    );
  }
  return new UserError(`Cloudflare's API answered ${error.status}: ${words}`, { cause: error });
}
