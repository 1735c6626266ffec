import * as pulumi from "@pulumi/pulumi";

/** A version of the Worker and its share of the requests, in percent. */
export type LiveVersion = { readonly versionId: string; readonly percentage: number };

/** What should be live. */
export type LiveCheckArgs = {
  /** Cloudflare account: 32 hexadecimal characters. */
  readonly accountId: pulumi.Input<string>;
  readonly workerName: pulumi.Input<string>;
  /** Where the Worker answers, without `/live`. */
  readonly workerUrl: pulumi.Input<string>;
  /** Of the newest deployment; the version that the stack made first. */
  readonly versions: pulumi.Input<
    readonly pulumi.Input<{
      readonly versionId: pulumi.Input<string>;
      readonly percentage: pulumi.Input<number>;
    }>[]
  >;
  /** Cron expressions. */
  readonly schedules: pulumi.Input<readonly pulumi.Input<string>[]>;
  /** Names of all bindings of the first version. */
  readonly bindingNames: pulumi.Input<readonly pulumi.Input<string>[]>;
  /** For each secret of the first version, a keyed fingerprint of 16 hexadecimal characters. */
  readonly fingerprints: pulumi.Input<Readonly<Record<string, pulumi.Input<string>>>>;
  /** Opens the Worker's `/live`. */
  readonly operatorToken: pulumi.Input<string>;
  /**
   * How long an update waits for the Worker to become what it should be, in seconds; default 60.
   * A new custom domain may need some minutes for its certificate.
   */
  readonly waitSeconds?: pulumi.Input<number>;
};

/**
 * Compares a Worker with what should be live: its newest deployment, schedules and bindings as
 * Cloudflare's API tells them, and its version and secrets as it tells them itself.
 *
 * Creating or updating it fails when they differ, with every difference in the message. A refresh
 * shows the differences as changed properties. It changes nothing; deleting it does nothing.
 */
export class LiveCheck extends pulumi.CustomResource {
  declare readonly versions: pulumi.Output<LiveVersion[]>;
  declare readonly schedules: pulumi.Output<string[]>;
  declare readonly bindingNames: pulumi.Output<string[]>;
  declare readonly fingerprints: pulumi.Output<Record<string, string>>;
  /** Whether the Worker answered. */
  declare readonly reachable: pulumi.Output<boolean>;

  constructor(name: string, args: LiveCheckArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      "live-worker:index:LiveCheck",
      name,
      { ...args, operatorToken: pulumi.secret(args.operatorToken), reachable: undefined },
      pulumi.mergeOptions({ additionalSecretOutputs: ["operatorToken"] }, opts),
    );
  }
}
