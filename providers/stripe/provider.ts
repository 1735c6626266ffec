import * as pulumi from "@pulumi/pulumi";

/** Which Stripe account resources belong to. */
export type ProviderArgs = {
  /**
   * Secret key (`sk_…`), or restricted key (`rk_…`) with the permission "Webhook Endpoints: Write".
   * Default: the environment variable STRIPE_API_KEY.
   */
  readonly apiKey?: pulumi.Input<string>;
  /**
   * Origin of the API, as `http://127.0.0.1:4830`. Default: the environment variable
   * STRIPE_API_BASE, else `https://api.stripe.com`.
   */
  readonly apiBase?: pulumi.Input<string>;
};

/** An explicit Stripe provider, for programs that do not take the stack's `stripe:` settings. */
export class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: ProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    const apiKey = args.apiKey === undefined ? undefined : pulumi.secret(args.apiKey);
    super("stripe", name, { apiKey, apiBase: args.apiBase }, opts);
  }
}
