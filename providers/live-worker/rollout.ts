import * as pulumi from "@pulumi/pulumi";

/** A version of the Worker, and how it shall become live. */
export type RolloutArgs = {
  /** Cloudflare account: 32 hexadecimal characters. */
  readonly accountId: pulumi.Input<string>;
  /** Another Worker has another history. */
  readonly workerId: pulumi.Input<string>;
  readonly workerName: pulumi.Input<string>;
  /** Where the Worker answers, without a path. */
  readonly workerUrl: pulumi.Input<string>;
  /** The route that leads to the Worker, if one does: its zone, and its pattern to the letter. */
  readonly route?: { readonly zoneId: string; readonly pattern: string } | undefined;
  /** The custom domain that leads to the Worker, if one does. */
  readonly hostname?: string | undefined;
  /** The version that the program makes. */
  readonly versionId: pulumi.Input<string>;
  /** Of that version's code. */
  readonly bundleDigest: pulumi.Input<string>;
  /** Names of that version's bindings. */
  readonly bindingNames: pulumi.Input<readonly pulumi.Input<string>[]>;
  /** For each secret of that version, a keyed fingerprint of 16 hexadecimal characters. */
  readonly fingerprints: pulumi.Input<Readonly<Record<string, pulumi.Input<string>>>>;
  /** Share of the requests that a new version gets, in percent: 1 to 100. */
  readonly percentage: pulumi.Input<number>;
  /** An earlier version that shall have all requests instead, whatever the program makes. */
  readonly pinnedVersion?: pulumi.Input<string> | undefined;
  /** Opens the Worker's `/live` and `/health`. */
  readonly operatorToken: pulumi.Input<string>;
  /** How long a new version may need until it works, in seconds; default 60. */
  readonly waitSeconds?: pulumi.Input<number>;
};

/**
 * Which versions of a Worker shall be live, for the deployment that follows it.
 *
 * A new version gets its percentage; the version that had all requests before keeps the rest. The
 * resource remembers that version in the stack's state, together with the last versions that one
 * can go back to, each with the fingerprints of the secrets that belong to it. Before a version
 * gets its first request it is deployed at 0 % beside the one that serves, and asked for its
 * bindings, its secrets and its health: a version that is not fit fails the update, and what was
 * live before still is. Where the route or domain is gone, no version could be asked and none has
 * requests to lose: then a warning is given, and the live check decides.
 *
 * Needs the permission "Workers Scripts: Edit", for a route that does not answer "Workers Routes:
 * Read" too. Deleting it does nothing.
 */
export class Rollout extends pulumi.CustomResource {
  /** The version that is, or becomes, live. */
  declare readonly liveVersionId: pulumi.Output<string>;
  /** Its share of the requests, in percent. Known at preview. */
  declare readonly livePercentage: pulumi.Output<number>;
  /** What has the rest of the requests; empty when there is no such. Known at preview. */
  declare readonly stableVersionId: pulumi.Output<string>;
  /** Of the live version's code. */
  declare readonly liveBundleDigest: pulumi.Output<string>;
  /** Names of the live version's bindings. */
  declare readonly liveBindingNames: pulumi.Output<string[]>;
  /** Of the live version's secrets. */
  declare readonly liveFingerprints: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: RolloutArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      "live-worker:index:Rollout",
      name,
      {
        ...args,
        operatorToken: pulumi.secret(args.operatorToken),
        liveVersionId: undefined,
        livePercentage: undefined,
        stableVersionId: undefined,
        liveBundleDigest: undefined,
        liveBindingNames: undefined,
        liveFingerprints: undefined,
      },
      pulumi.mergeOptions({ additionalSecretOutputs: ["operatorToken"] }, opts),
    );
  }

  /**
   * The shares of a deployment, the live version first. Their number and percentages are known at
   * preview, when the id of a new version is not.
   */
  get shares(): Promise<{ versionId: pulumi.Input<string>; percentage: number }[]> {
    const known = pulumi.all([this.livePercentage, this.stableVersionId]);
    return new Promise((resolve) => {
      known.apply(([percentage, stable]) => {
        const live = { versionId: this.liveVersionId, percentage };
        const rest = { versionId: stable, percentage: 100 - percentage };
        resolve(percentage === 100 ? [live] : [live, rest]);
      });
    });
  }
}
