import {
  type RetryAdvice,
  retryAfterMilliseconds,
  UserError,
} from "@stripe-customer-sync/provider-kit";
import Stripe from "stripe";

/**
 * Which failures may pass: no connection, 409 (the same request is running), 429, 5xx; unless
 * Stripe says in a header that another attempt is of no use.
 *
 * @see https://docs.stripe.com/error-low-level
 */
export function retryAdvice(error: unknown): RetryAdvice {
  if (error instanceof Stripe.errors.StripeConnectionError) return { retry: true };
  if (!(error instanceof Stripe.errors.StripeError)) return { retry: false };
  const status = error.statusCode ?? 0;
  const mayPass = status === 409 || status === 429 || status >= 500;
  if (!mayPass || error.headers?.["stripe-should-retry"] === "false") return { retry: false };
  return { retry: true, afterMilliseconds: retryAfterMilliseconds(error.headers?.["retry-after"]) };
}

/** What a call needed, for the message of its failure. */
export interface KeyNeed {
  /** The setting that holds the key. */
  readonly keySetting: string;
  /** What a restricted key needs for the call, in the Dashboard's words. */
  readonly permission: string;
}

/** The failure in the words of somebody who has to put it right. Other errors stay as they are. */
export function stripeFailure(error: unknown, need: KeyNeed): unknown {
  if (!(error instanceof Stripe.errors.StripeError)) return error;
  const said = error.requestId === undefined ? "" : ` (request ${error.requestId})`;
  return new UserError(`${cause(error, need)}${said}`, { cause: error });
}

/** Whether Stripe knows no object of that id. */
export function isMissing(error: unknown): boolean {
  const cause = error instanceof UserError ? error.cause : error;
  return (
    cause instanceof Stripe.errors.StripeError &&
    (cause.statusCode === 404 || cause.code === "resource_missing")
  );
}

function cause(
  error: InstanceType<typeof Stripe.errors.StripeError>,
  { keySetting, permission }: KeyNeed,
): string {
  if (error instanceof Stripe.errors.StripeConnectionError) {
    return `No answer from Stripe: ${error.message}`;
  }
  if (error.statusCode === 401) {
    return `Stripe does not accept the key in ${keySetting}: ${error.message}`;
  }
  if (error.statusCode === 403) {
    return `The key in ${keySetting} lacks the permission "${permission}": ${error.message}`;
  }
  const param = error.param === undefined ? "" : ` (parameter ${error.param})`;
  return `Stripe answered ${error.statusCode ?? "with an error"}: ${error.message}${param}`;
}
