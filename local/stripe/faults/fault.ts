import type { ErrorObject } from "../api/api-error.ts";

/** What goes wrong with one request. Which effect a caller cannot see is the point of most. */
export type Fault =
  /** The connection is refused: nothing reaches Stripe. */
  | { readonly kind: "refuse" }
  /** The connection is reset `before` the effect or `after` it. */
  | { readonly kind: "reset"; readonly when: When }
  /** No answer until the caller gives up. */
  | { readonly kind: "hang"; readonly when: When }
  /** All goes well in the end, `ms` milliseconds late. Before the effect, the key is held meanwhile. */
  | { readonly kind: "delay"; readonly when: When; readonly ms: number }
  /** An error of Stripe's own. */
  | {
      readonly kind: "answer";
      readonly when: When;
      readonly status: number;
      /** Default: what Stripe says with this status. */
      readonly error?: Partial<ErrorObject>;
      readonly headers?: Readonly<Record<string, string>>;
      /**
       * Whether it becomes the stored answer of the idempotency key. Default: for 500 yes, as
       * Stripe does; for what proxies and limiters answer, no.
       */
      readonly stored?: boolean;
    }
  /** The answer's `livemode` is that of the other mode. */
  | { readonly kind: "livemode" };

/** Whether the endpoint's effect has happened by then. A replay has no effect of its own. */
export type When = "before" | "after";
