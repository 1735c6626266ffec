import * as v from "valibot";
import { type CustomerId, customerIdSchema } from "../ids.ts";
import { SyncFailure } from "../sync/sync-failure.ts";

/** A live customer as far as the sync looks at it. */
export interface StripeCustomer {
  readonly id: CustomerId;
  /** Unix time in seconds. */
  readonly created: number;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * The customer in an answer of Stripe, or "deleted". Guards the environment: an object of the
 * other mode means that the key belongs to another environment than this Worker.
 *
 * @throws SyncFailure `configuration` for the other mode; `retry` for what is no customer, such
 *   as a failure without Stripe's error object, which the SDK takes for a success.
 */
export function readCustomer(answer: unknown, livemode: boolean): StripeCustomer | "deleted" {
  const { success, output } = v.safeParse(customerSchema, answer);
  if (!success) {
    throw new SyncFailure("retry", "unexpected_answer", "Stripe's answer was not a customer.");
  }
  if ("deleted" in output) return "deleted";
  if (output.livemode !== livemode) throw otherMode(output.livemode, livemode);
  return output;
}

/** Names both sides, so that one line of the log says which one is wrong. */
function otherMode(answered: boolean, expected: boolean): SyncFailure {
  return new SyncFailure(
    "configuration",
    "livemode_mismatch",
    `Stripe answered with livemode ${answered}, but this environment has LIVEMODE ${expected}.`,
  );
}

const customerSchema = v.union([
  v.object({ id: customerIdSchema, object: v.literal("customer"), deleted: v.literal(true) }),
  v.object({
    id: customerIdSchema,
    object: v.literal("customer"),
    livemode: v.boolean(),
    created: v.number(),
    metadata: v.record(v.string(), v.string()),
  }),
]);
