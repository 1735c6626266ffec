import { createHmac } from "node:crypto";

/**
 * Value of the header Stripe-Signature: HMAC-SHA256 of `<time>.<payload>` under the endpoint's
 * whole secret (https://docs.stripe.com/webhooks/signature#verify-manually).
 *
 * @param time Unix time in seconds
 */
export function signPayload(payload: string, secret: string, time: number): string {
  const signature = createHmac("sha256", secret).update(`${time}.${payload}`).digest("hex");
  return `t=${time},v1=${signature}`;
}
