/** The part of Stripe's error object that callers look at (https://docs.stripe.com/api/errors). */
export interface ErrorObject {
  readonly type: "invalid_request_error" | "idempotency_error" | "api_error";
  readonly message: string;
  readonly code?: string;
  readonly param?: string;
}

/** An answer other than success. Thrown by whatever finds out, turned into JSON in one place. */
export class ApiError extends Error {
  readonly status: number;
  readonly error: ErrorObject;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, error: ErrorObject, headers: Readonly<Record<string, string>> = {}) {
    super(error.message);
    this.name = "ApiError";
    this.status = status;
    this.error = error;
    this.headers = headers;
  }

  /** 400: the parameters are wrong. */
  static invalid(message: string, details: { code?: string; param?: string } = {}): ApiError {
    return new ApiError(400, { type: "invalid_request_error", message, ...details });
  }

  /** 404: no such object at this address. */
  static missing(kind: string, id: string, param: string): ApiError {
    return new ApiError(404, {
      type: "invalid_request_error",
      code: "resource_missing",
      message: `No such ${kind}: '${id}'`,
      param,
    });
  }
}
