import * as pulumi from "@pulumi/pulumi";
import * as stripe from "@pulumi/stripe";

export interface ExpectedStripeAccount {
  readonly account: string;
  readonly livemode: boolean;
  /** The environment's name, for the message. */
  readonly environment: string;
}

/**
 * Stops the update before anything is declared when the deployment's Stripe key belongs to
 * another account or mode than the environment: staging must not reach a live account, nor
 * production a test one.
 *
 * @throws pulumi.RunError that names both sides
 */
export async function requireStripeAccount(expected: ExpectedStripeAccount): Promise<void> {
  const actual = await stripe.getAccount();
  if (actual.id !== expected.account) {
    throw new pulumi.RunError(
      `The Stripe key (stripe:apiKey) belongs to account ${actual.id}, but environment ${expected.environment} expects ${expected.account} (stripeAccount). Set the right key or the right account; nothing was changed.`,
    );
  }
  if (actual.livemode !== expected.livemode) {
    throw new pulumi.RunError(
      `The Stripe key (stripe:apiKey) is in ${mode(actual.livemode)} mode, but environment ${expected.environment} is in ${mode(expected.livemode)} mode. Set the key of the right mode; nothing was changed.`,
    );
  }
}

function mode(livemode: boolean): string {
  return livemode ? "live" : "test";
}
