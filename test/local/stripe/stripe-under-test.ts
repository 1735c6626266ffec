import Stripe from "stripe";
import { onTestFinished } from "vitest";
import {
  type AccountHandle,
  type StripeCloud,
  type StripeOptions,
  startStripe,
} from "../../../local/stripe/index.ts";
import { liveTenant, sandboxTenant } from "../../../local/tenants.ts";

/** A double of a test's own, closed when the test ends, and the official client of its account. */
export interface StripeUnderTest {
  readonly cloud: StripeCloud;
  /** Of the sandbox tenant. */
  readonly account: AccountHandle;
  readonly stripe: Stripe;
}

export async function stripeUnderTest(
  options: Partial<StripeOptions> = {},
): Promise<StripeUnderTest> {
  const tenants = [sandboxTenant.stripe, liveTenant.stripe];
  const cloud = await startStripe({ tenants, ...options });
  onTestFinished(() => cloud.close());
  return {
    cloud,
    account: unlimited(cloud.account(sandboxTenant.stripe.accountId)),
    stripe: clientOf(cloud, sandboxTenant.stripe.secretKey),
  };
}

/**
 * The official client, without retries. Over fetch, because over Node's http it repeats a reset
 * request once all the same.
 */
export function clientOf(cloud: StripeCloud, apiKey: string): Stripe {
  return new Stripe(apiKey, {
    host: "127.0.0.1",
    port: cloud.port,
    protocol: "http",
    maxNetworkRetries: 0,
    timeout: 5_000,
    telemetry: false,
    httpClient: Stripe.createFetchHttpClient(),
  });
}

/** What the call fails with. */
export async function failureOf(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  const outcome = await call.then(
    () => new Error("the call succeeded"),
    (error: unknown) => error,
  );
  if (outcome instanceof Stripe.errors.StripeError) return outcome;
  throw outcome;
}

/** Most tests are not about limits. */
function unlimited(account: AccountHandle): AccountHandle {
  account.limits.globalPerSecond = Number.POSITIVE_INFINITY;
  account.limits.endpointPerSecond = Number.POSITIVE_INFINITY;
  account.limits.perEndpoint = {};
  return account;
}
