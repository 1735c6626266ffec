import type { Account } from "../account/account.ts";
import type { Change } from "../account/change.ts";
import type { ParameterReader } from "../form/parameter-reader.ts";
import type { Permission } from "./api-key.ts";

/** One named operation of the API; also the unit that rate limits count by. */
export interface Endpoint {
  readonly method: "GET" | "POST" | "DELETE";
  /** With `:id` for an object's id. */
  readonly path: string;
  /** What a restricted key needs. */
  readonly permission: Permission;
  /**
   * Looks at the parameters, without effect. What it throws is never stored under an idempotency
   * key, because the endpoint did not run (https://docs.stripe.com/api/idempotent_requests).
   *
   * @returns the endpoint's work
   */
  prepare(request: EndpointRequest): () => Effect;
}

export interface EndpointRequest {
  readonly account: Account;
  readonly parameters: ParameterReader;
  /** The path's `:id`, or "". */
  readonly id: string;
  /** For the events that an effect causes. */
  readonly cause: { readonly id: string; readonly idempotency_key: string | null };
}

/** What an endpoint answers and changes. Both become true at once, or neither. */
export interface Effect {
  readonly body: unknown;
  readonly changes?: readonly Change[];
}

/** As limits and logs name it: `POST /v1/customers/:id`. */
export function endpointName({ method, path }: Pick<Endpoint, "method" | "path">): string {
  return `${method} ${path}`;
}
