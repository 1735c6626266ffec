import * as pulumi from "@pulumi/pulumi";
import * as supabase from "@pulumi/supabase";

/** As `database/` names the role that may call the job functions. */
const WORKER_ROLE = "stripe_sync_worker";

export interface WorkerKeyArgs {
  readonly projectRef: string;
  readonly url: string;
  readonly publishableKey: string;
  /**
   * Numbers of the keys that are accepted, the one in use last. While a rotation lasts there are
   * two: the one before still opens, for invocations that began with it.
   */
  readonly generations: readonly number[];
}

/** The Worker's database credential: a token that can call the job functions and nothing else. */
export class WorkerKey extends pulumi.ComponentResource {
  /** Of the newest generation; secret. */
  readonly token: pulumi.Output<string>;

  constructor(name: string, args: WorkerKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("stripe-customer-sync:index:WorkerKey", name, {}, opts);
    const { projectRef, url, publishableKey } = args;
    const tokens = args.generations.map(
      (generation) =>
        new supabase.RoleToken(
          `${name}-${generation}`,
          { projectRef, role: WORKER_ROLE, url, publishableKey },
          { parent: this },
        ),
    );
    const newest = tokens.at(-1);
    if (newest === undefined) throw new Error("A worker key has at least one generation.");
    this.token = pulumi.secret(newest.token);
    this.registerOutputs();
  }
}
