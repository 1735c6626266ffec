import * as pulumi from "@pulumi/pulumi";
import * as supabase from "@pulumi/supabase";

/** A doorbell may be lost, so it need not wait long: the cron pull finds the job anyway. */
const TIMEOUT_MS = 5_000;

export interface OrganizationWebhookArgs {
  readonly projectRef: string;
  /** Trigger and function carry this name. */
  readonly name: string;
  readonly url: pulumi.Input<string>;
  /** The bearer token; kept in Vault, so that the trigger's definition holds no secret. */
  readonly token: pulumi.Input<string>;
  readonly fingerprintKey: pulumi.Input<string>;
}

/** The doorbell: tells the Worker of a new or changed organization right after commit. */
export class OrganizationWebhook extends pulumi.ComponentResource {
  constructor(name: string, args: OrganizationWebhookArgs, opts?: pulumi.ComponentResourceOptions) {
    super("stripe-customer-sync:index:OrganizationWebhook", name, {}, opts);
    const { projectRef } = args;
    const token = new supabase.VaultSecret(
      `${name}-token`,
      {
        projectRef,
        name: `${args.name}_token`,
        description: "Bearer token of the organization webhook",
        value: args.token,
        fingerprintKey: args.fingerprintKey,
      },
      { parent: this },
    );
    new supabase.DatabaseWebhook(
      name,
      {
        projectRef,
        name: args.name,
        schema: "public",
        table: "organizations",
        events: ["INSERT", "UPDATE"],
        // The write-back of the customer's id must not ring again.
        ignoredColumns: ["stripe_customer_id"],
        url: args.url,
        secretName: token.name,
        timeoutMs: TIMEOUT_MS,
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
