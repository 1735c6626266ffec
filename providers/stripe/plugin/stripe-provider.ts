import {
  checkProperties,
  optional,
  type ProviderDefinition,
  secret,
  text,
  UserError,
  url,
} from "@stripe-customer-sync/provider-kit";
import { accountOfKey } from "./account-of-key.ts";
import { StripeApi } from "./stripe-api.ts";
import { webhookEndpoint } from "./webhook-endpoint-resource.ts";

/** The plugin behind the package `@pulumi/stripe`. */
export const stripeProvider: ProviderDefinition<StripeApi> = {
  name: "stripe",
  version: "0.1.0",
  secretConfig: ["apiKey"],
  checkConfig: (news) =>
    checkProperties(news, {
      apiKey: optional(secret(text({ pattern: keyPattern, like: keyLike }))),
      apiBase: optional(url()),
    }),
  configure({ apiKey, apiBase }) {
    const key = apiKey ?? process.env.STRIPE_API_KEY ?? "";
    const base = apiBase ?? process.env.STRIPE_API_BASE ?? "https://api.stripe.com";
    if (typeof key !== "string" || !keyPattern.test(key)) {
      throw new UserError(
        `No Stripe key: set stripe:apiKey (or STRIPE_API_KEY) to ${keyLike}:\n` +
          "  pulumi config set --secret stripe:apiKey <key>",
      );
    }
    return new StripeApi(key, new URL(String(base)));
  },
  resources: { "stripe:index:WebhookEndpoint": webhookEndpoint },
  functions: { "stripe:index:getAccount": (_args, api) => accountOfKey(api) },
};

const keyPattern = /^(?:sk|rk)_(?:test|live)_[A-Za-z0-9_]+$/;
const keyLike = "a secret key (sk_test_…, sk_live_…) or a restricted key (rk_test_…, rk_live_…)";
