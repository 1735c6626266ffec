import { KEY_LIFE_MS } from "../account/account-state.ts";
import { ApiError } from "../api/api-error.ts";
import type { StoredAnswer } from "./stored-answer.ts";

const MAX_KEY_CHARACTERS = 255;

/** A request as far as its idempotency key cares. */
export interface KeyedRequest {
  readonly key: string;
  /** Path of the request. */
  readonly path: string;
  /** Parameters in one order. */
  readonly parameters: string;
}

/** The keys of one account (https://docs.stripe.com/api/idempotent_requests). */
export class Idempotency {
  readonly #answers: Map<string, StoredAnswer>;
  readonly #underWay = new Set<string>();

  constructor(answers: Map<string, StoredAnswer>) {
    this.#answers = answers;
  }

  /**
   * Begins a request at a time in milliseconds: gives the stored answer of its key, or nothing
   * and holds the key until `end`.
   *
   * @throws ApiError 409 while another request holds the key; 400 when the key was first used
   *   for something else, or is too long
   */
  begin({ key, path, parameters }: KeyedRequest, now: number): StoredAnswer | undefined {
    if (key.length > MAX_KEY_CHARACTERS) throw tooLong();
    if (this.#underWay.has(key)) throw inUse(key);
    const stored = this.#answers.get(key);
    if (stored && now - stored.at < KEY_LIFE_MS) {
      if (stored.request !== path) throw otherEndpoint(key, stored.request, path);
      if (stored.parameters !== parameters) throw otherParameters(key);
      return stored;
    }
    this.#underWay.add(key);
    return undefined;
  }

  end(key: string): void {
    this.#underWay.delete(key);
  }
}

function tooLong(): ApiError {
  return ApiError.invalid(`Idempotency keys can be at most ${MAX_KEY_CHARACTERS} characters long.`);
}

function inUse(key: string): ApiError {
  return new ApiError(
    409,
    {
      type: "idempotency_error",
      code: "idempotency_key_in_use",
      message: `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`,
    },
    { "Stripe-Should-Retry": "true" },
  );
}

function otherEndpoint(key: string, first: string, now: string): ApiError {
  return new ApiError(400, {
    type: "idempotency_error",
    message: `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${now}' vs '${first}'). Try using a key other than '${key}' if you meant to execute a different request.`,
  });
}

function otherParameters(key: string): ApiError {
  return new ApiError(400, {
    type: "idempotency_error",
    message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
  });
}
