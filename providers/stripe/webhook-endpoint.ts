import * as pulumi from "@pulumi/pulumi";

/** What an endpoint of Stripe's events shall be. */
export type WebhookEndpointArgs = {
  /** Where Stripe posts events: https, or http on 127.0.0.1. */
  readonly url: pulumi.Input<string>;
  /** Names of events as `customer.updated`, or `*`. The order does not matter. */
  readonly enabledEvents: pulumi.Input<readonly pulumi.Input<string>[]>;
  readonly description?: pulumi.Input<string>;
  /** At most 49 keys of up to 40 characters; values up to 500. */
  readonly metadata?: pulumi.Input<Readonly<Record<string, pulumi.Input<string>>>>;
  /** API version of the events, fixed for the endpoint's life. Default: the account's. */
  readonly apiVersion?: pulumi.Input<string>;
};

/**
 * An endpoint that receives an account's events. Its id is Stripe's `we_…`.
 *
 * An endpoint that was disabled by hand or by Stripe shows as drift of `status` and is enabled by
 * the next update; one that was deleted is made again.
 *
 * @see https://docs.stripe.com/api/webhook_endpoints
 */
export class WebhookEndpoint extends pulumi.CustomResource {
  declare readonly url: pulumi.Output<string>;
  declare readonly enabledEvents: pulumi.Output<string[]>;
  declare readonly description: pulumi.Output<string | undefined>;
  declare readonly metadata: pulumi.Output<Record<string, string> | undefined>;
  declare readonly apiVersion: pulumi.Output<string | undefined>;
  /** `enabled` or `disabled`. */
  declare readonly status: pulumi.Output<string>;
  declare readonly livemode: pulumi.Output<boolean>;
  /**
   * Signs the events (`whsec_…`). Stripe tells it only when it makes an endpoint: it is undefined
   * for an imported one.
   */
  declare readonly secret: pulumi.Output<string>;

  constructor(name: string, args: WebhookEndpointArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      "stripe:index:WebhookEndpoint",
      name,
      { ...args, status: undefined, livemode: undefined, secret: undefined },
      pulumi.mergeOptions({ additionalSecretOutputs: ["secret"] }, opts),
    );
  }
}
