import type { Fault as StripeFault, When } from "../../local/stripe/index.ts";

/** What goes wrong with one call of the Worker, before its effect or after it. */
export type Fault =
  | { readonly kind: "refuse" }
  | { readonly kind: "reset" | "hang"; readonly when: When }
  | {
      readonly kind: "answer";
      readonly when: When;
      readonly status: number;
      /** Whether Stripe keeps the answer under the idempotency key and replays it. */
      readonly stored?: boolean;
      /** Stripe's code, where the status alone does not say it. */
      readonly code?: string;
    };

/** The fault as the Stripe double acts it out. */
export function stripeFault(fault: Fault): StripeFault {
  if (fault.kind !== "answer") return fault;
  const { kind, when, status, stored, code } = fault;
  return {
    kind,
    when,
    status,
    ...(stored !== undefined && { stored }),
    ...(code && { error: { code } }),
  };
}
