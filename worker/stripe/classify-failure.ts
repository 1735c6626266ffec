import Stripe from "stripe";
import { STRIPE_CALL_MS } from "../limits.ts";
import { SubrequestsSpent } from "../subrequests.ts";
import { SyncFailure } from "../sync/sync-failure.ts";

/**
 * What a failed call of Stripe means for the job, in our own words. Rules:
 * https://docs.stripe.com/error-low-level and https://docs.stripe.com/api/idempotent_requests.
 */
export function classifyFailure(error: unknown): SyncFailure {
  if (error instanceof SyncFailure) return error;
  if (error instanceof Stripe.errors.StripeConnectionError) return connectionFailure(error);
  if (error instanceof Stripe.errors.StripeError) return answeredFailure(error);
  const name = error instanceof Error ? error.name : typeof error;
  return new SyncFailure("retry", "worker_error", `The call of Stripe broke with ${name}.`, {
    cause: error,
  });
}

/** No answer: the effect may have happened, and the same key will tell. */
function connectionFailure(error: Stripe.errors.StripeConnectionError): SyncFailure {
  const { detail } = error;
  if (detail instanceof SubrequestsSpent) {
    return new SyncFailure("retry", "subrequests_spent", detail.message, { cause: error });
  }
  const timedOut = typeof detail === "object" && "code" in detail && detail.code === "ETIMEDOUT";
  return timedOut
    ? new SyncFailure("retry", "stripe_timeout", `No answer of Stripe in ${STRIPE_CALL_MS} ms.`, {
        cause: error,
      })
    : new SyncFailure("retry", "stripe_unreachable", "Stripe was not reachable.", { cause: error });
}

function answeredFailure(error: Stripe.errors.StripeError): SyncFailure {
  const failureClass = classOf(error);
  return new SyncFailure(failureClass, codeOf(error), inOurWords(error), {
    cause: error,
    retryAfterSeconds: retryAfter(error),
  });
}

function classOf(error: Stripe.errors.StripeError): SyncFailure["class"] {
  const { statusCode: status } = error;
  const shouldRetry = error.headers?.["stripe-should-retry"];
  // No status: an answer that is no JSON, such as a proxy's page. Nothing is known.
  if (status === undefined) return "retry";
  // A conflict carries the type of an idempotency error too, while the first request runs.
  if (status === 409 || status === 429) return "retry";
  if (error.code === "lock_timeout" || error.code === "rate_limit") return "retry";
  if (error.rawType === "idempotency_error") return "ambiguous";
  if (status === 401 || status === 403) return "configuration";
  if (status >= 500) {
    // The stored answer of a key is replayed until the key ends: it will not get better.
    const replayed = error.headers?.["idempotent-replayed"] === "true";
    return replayed || shouldRetry === "false" ? "ambiguous" : "retry";
  }
  if (speaksOfOtherMode(error)) return "configuration";
  return shouldRetry === "true" ? "retry" : "permanent";
}

/** "No such customer…; a similar object exists in live mode, but a test mode key was used". */
function speaksOfOtherMode(error: Stripe.errors.StripeError): boolean {
  return /similar object exists in (live|test) mode/.test(error.message);
}

function codeOf(error: Stripe.errors.StripeError): string {
  if (error.statusCode === undefined) return "unreadable_answer";
  if (speaksOfOtherMode(error)) return "livemode_mismatch";
  if (error.statusCode === 429 && error.code !== "lock_timeout") return "rate_limited";
  return word(error.code) ?? word(error.rawType) ?? `http_${error.statusCode}`;
}

/** Status, type, parameter and request id find the case in Stripe's own log. */
function inOurWords(error: Stripe.errors.StripeError): string {
  if (error.statusCode === undefined) return "Stripe's answer was not readable.";
  const details = [
    `HTTP ${error.statusCode}`,
    word(error.rawType),
    labelled("parameter", word(error.param)),
    labelled("reason", word(error.headers?.["stripe-rate-limited-reason"])),
    error.headers?.["idempotent-replayed"] === "true" ? "replayed" : undefined,
    labelled("request", word(error.requestId)),
  ];
  return `Stripe answered ${details.filter((detail) => detail !== undefined).join(", ")}.`;
}

function retryAfter(error: Stripe.errors.StripeError): number | undefined {
  const seconds = Number(error.headers?.["retry-after"] ?? Number.NaN);
  return Number.isInteger(seconds) && seconds > 0 && seconds <= 3600 ? seconds : undefined;
}

/** A name of Stripe's, or undefined for a text that might be anything else. */
function word(value: unknown): string | undefined {
  return typeof value === "string" && /^[\w.[\]-]{1,64}$/.test(value) ? value : undefined;
}

function labelled(label: string, value: string | undefined): string | undefined {
  return value === undefined ? undefined : `${label} ${value}`;
}
