import Stripe from "stripe";
import { Refusal } from "../http/refusal.ts";
import { SIGNATURE_TOLERANCE_SECONDS } from "../limits.ts";

/**
 * The event of a delivery that Stripe signed with one of the accepted secrets
 * (https://docs.stripe.com/webhooks/signature). The SDK's own errors hold the body and go nowhere.
 *
 * @throws Refusal 400
 */
export async function verifyEvent(
  body: string,
  signature: string,
  accepted: readonly string[],
): Promise<unknown> {
  for (const secret of accepted) {
    try {
      return await Stripe.webhooks.constructEventAsync(
        body,
        signature,
        secret,
        SIGNATURE_TOLERANCE_SECONDS,
        Stripe.createSubtleCryptoProvider(),
      );
    } catch {
      // Not this secret, or no event at all: the next one, and in the end the refusal.
    }
  }
  throw new Refusal(400, "invalid_signature", "The Stripe-Signature is missing, wrong or too old.");
}
