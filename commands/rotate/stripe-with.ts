import { StripeApi } from "@pulumi/stripe/stripe-api";
import type { SettingValues } from "../../stacks/setting-values.ts";

const STRIPE_API = "https://api.stripe.com";

/** Stripe, with the key that deploys: it may read events, which the Worker's key may not. */
export function stripeOfDeployment(settings: SettingValues): StripeApi {
  return stripeWith(settings["stripe:apiKey"], settings, "stripe:apiKey");
}

/** @param keySetting the setting that holds the key, for messages */
export function stripeWith(key: string, settings: SettingValues, keySetting: string): StripeApi {
  return new StripeApi(key, new URL(settings["stripe:apiBase"] ?? STRIPE_API), keySetting);
}
