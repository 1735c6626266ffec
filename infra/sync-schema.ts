import * as pulumi from "@pulumi/pulumi";
import * as supabase from "@pulumi/supabase";
import { configureScript, scripts, uninstallSql } from "../database/index.ts";

export interface SyncSchemaArgs {
  readonly projectRef: string;
  /** Written into each customer's metadata. */
  readonly environment: string;
  /** Most customers made in a second, over all Workers. */
  readonly pacePerSecond: number;
}

/**
 * The database's part: jobs, the functions by which the Worker works on them, the triggers that
 * make a job in the transaction of the sign-up, and the Worker's role.
 */
export class SyncSchema extends pulumi.ComponentResource {
  readonly schema: supabase.SqlSchema;

  constructor(name: string, args: SyncSchemaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("stripe-customer-sync:index:SyncSchema", name, {}, opts);
    const settings = { environment: args.environment, pace_per_second: args.pacePerSecond };
    this.schema = new supabase.SqlSchema(
      name,
      {
        projectRef: args.projectRef,
        schema: "stripe_sync",
        scripts: [...scripts, configureScript(settings)],
        uninstall: uninstallSql,
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
