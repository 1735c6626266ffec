import type { Permission } from "../api/api-key.ts";
import type { Customer } from "../customers/customer.ts";
import type { StoredAnswer } from "../idempotency/stored-answer.ts";
import type { StripeEvent } from "../webhooks/stripe-event.ts";
import type { WebhookEndpoint } from "../webhooks/webhook-endpoint.ts";

/** Everything that can happen to an account's state; a line of the journal is a list of these. */
export type Change =
  /** Created or updated. `at`, in milliseconds, is when search begins to lag behind it. */
  | { readonly type: "customer"; readonly customer: Customer; readonly at: number }
  | { readonly type: "customer-deleted"; readonly id: string }
  | { readonly type: "endpoint"; readonly endpoint: WebhookEndpoint }
  | { readonly type: "endpoint-deleted"; readonly id: string }
  /** An event, and the endpoints that have yet to take it. */
  | { readonly type: "event"; readonly event: StripeEvent; readonly to: readonly string[] }
  /** An endpoint took an event, or will not get it any more. */
  | { readonly type: "delivered"; readonly event: string; readonly to: string }
  | { readonly type: "answer"; readonly key: string; readonly answer: StoredAnswer }
  | { readonly type: "clock"; readonly shiftMs: number }
  /** A key that was added to those of the tenant; null permissions are all of them. */
  | {
      readonly type: "key";
      readonly key: string;
      readonly permissions: readonly Permission[] | null;
    }
  | { readonly type: "key-revoked"; readonly key: string };
