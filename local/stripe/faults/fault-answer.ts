import { type Answer, answerOfError } from "../api/answer.ts";
import { ApiError, type ErrorObject } from "../api/api-error.ts";
import type { Fault } from "./fault.ts";

type AnswerFault = Extract<Fault, { kind: "answer" }>;

/** The answer that a fault asks for, in Stripe's words for its status. */
export function faultAnswer(fault: AnswerFault): Answer {
  const { status } = fault;
  const error: ErrorObject = { ...usualError(status), ...fault.error };
  return answerOfError(new ApiError(status, error, { ...usualHeaders(fault), ...fault.headers }));
}

/** Whether the answer is stored under the request's idempotency key and replayed from then on. */
export function isStored(fault: AnswerFault): boolean {
  return fault.stored ?? fault.status === 500;
}

function usualError(status: number): ErrorObject {
  switch (status) {
    case 401:
      return { type: "invalid_request_error", message: "Invalid API Key provided: ********" };
    case 409:
      return {
        type: "invalid_request_error",
        message: "Another request is changing this object. Please try again later.",
      };
    case 429:
      return {
        type: "invalid_request_error",
        code: "rate_limit",
        message: "Request rate limit exceeded.",
      };
    default:
      return status < 500
        ? { type: "invalid_request_error", message: "The request was refused." }
        : { type: "api_error", message: "Sorry! There was an error while talking to Stripe." };
  }
}

/** A stored 500 would only be replayed, so Stripe tells clients not to try again. */
function usualHeaders(fault: AnswerFault): Record<string, string> {
  if (fault.status === 429 && fault.error?.code === undefined) {
    return { "Stripe-Rate-Limited-Reason": "global-rate" };
  }
  if (fault.error?.code === "lock_timeout" || fault.status === 409) {
    return { "Stripe-Should-Retry": "true" };
  }
  return isStored(fault) ? { "Stripe-Should-Retry": "false" } : {};
}
