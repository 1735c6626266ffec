import type * as pulumi from "@pulumi/pulumi";
import * as stripe from "@pulumi/stripe";

/** What the Worker acts on. */
const EVENTS = ["customer.created", "customer.deleted", "customer.updated"];

/**
 * What a silent endpoint listens to, because Stripe knows no endpoint without events: a payment
 * terminal in a shop that failed, which an account that sells software does not have. One that
 * comes all the same is verified and ignored by the Worker as soon as it knows the secret.
 */
const SILENCE = ["terminal.reader.action_failed"];

export interface StripeEventsArgs {
  readonly workerUrl: string;
  /** The environment's name, for the Dashboard. */
  readonly environment: string;
  /** One, or two while a rotation lasts; the one in use last. */
  readonly endpoints: readonly { readonly generation: number; readonly silent: boolean }[];
}

/** The secrets that sign Stripe's events. */
export interface StripeSigningSecrets {
  readonly current: pulumi.Output<string>;
  /** Of the endpoint before or, while it is still silent, of the next one. */
  readonly other: pulumi.Output<string> | undefined;
}

/**
 * Where Stripe tells what happens to customers. An endpoint goes silent only after the ones that
 * stay have all events: an event in between comes twice, which is harmless, instead of never.
 */
export function declareStripeEvents(args: StripeEventsArgs): StripeSigningSecrets {
  const declared = new Map<number, stripe.WebhookEndpoint>();
  const active = args.endpoints.filter(({ silent }) => !silent);
  for (const { generation } of active) declared.set(generation, endpoint(generation, EVENTS));
  const dependsOn = [...declared.values()];
  for (const { generation } of args.endpoints.filter(({ silent }) => silent)) {
    declared.set(generation, endpoint(generation, SILENCE, { dependsOn }));
  }
  const [current, other] = args.endpoints
    .map(({ generation }) => declared.get(generation)?.secret)
    .reverse();
  if (current === undefined) throw new Error("A stack has at least one endpoint of events.");
  return { current, other };

  function endpoint(
    generation: number,
    enabledEvents: readonly string[],
    opts?: pulumi.CustomResourceOptions,
  ): stripe.WebhookEndpoint {
    return new stripe.WebhookEndpoint(
      generation === 1 ? "stripe-events" : `stripe-events-${generation}`,
      {
        url: `${args.workerUrl}/webhooks/stripe`,
        enabledEvents,
        description: `stripe-customer-sync (${args.environment})`,
      },
      opts,
    );
  }
}
