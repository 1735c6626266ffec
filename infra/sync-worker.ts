import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import * as live from "@stripe-customer-sync/live-worker";
import {
  type WorkerBindingValues,
  workerBindingNames,
  workerBindings,
  workerFingerprints,
} from "./worker-bindings.ts";
import type { WorkerBundle } from "./worker-bundle.ts";
import { entranceOf, type WorkerExposure } from "./worker-exposure.ts";
import type { WorkerLeftovers } from "./worker-leftovers.ts";

/** The runtime behaviour that the Worker was tested with. */
const COMPATIBILITY_DATE = "2026-07-30";

/** Every minute: the finest schedule that Cloudflare offers. */
export const PULL_SCHEDULE = "* * * * *";

export interface SyncWorkerArgs {
  readonly accountId: string;
  /** The Worker's name; also its host on workers.dev. */
  readonly name: string;
  readonly bundle: WorkerBundle;
  readonly bindings: WorkerBindingValues;
  readonly exposure: WorkerExposure;
  readonly observability: { readonly enabled: boolean; readonly samplingRate: number };
  /** A cloud region such as `aws:eu-central-1` to run near. */
  readonly placementRegion: string | undefined;
  /** By which a stack whose state was lost knows its Worker again. */
  readonly ownerTag: string;
  /** What is there already and comes into the state instead of being made. */
  readonly leftovers: WorkerLeftovers;
  /**
   * Protects the Worker and what brings it traffic. Not an option of the component, which its
   * children would inherit: a protected version or deployment would refuse every update, since a
   * change replaces it.
   */
  readonly protect: boolean;
  readonly release: WorkerRelease;
}

/** How a version becomes live. */
export interface WorkerRelease {
  /** Share of the requests that a new version gets, in percent: 1 to 100. */
  readonly percentage: number;
  /** An earlier version that shall have all requests instead. */
  readonly pinnedVersion: string | undefined;
  /** Where the Worker answers, and what opens its operator's routes. */
  readonly workerUrl: string;
  readonly operatorToken: pulumi.Input<string>;
  readonly fingerprintKey: pulumi.Input<string>;
  /** Access to the Cloudflare account. */
  readonly provider: live.Provider;
}

/**
 * The Worker: its code and secrets as an immutable version, the rollout that tries that version
 * out, the deployment that gives it its share of the requests, and what calls the Worker: a domain,
 * a route or workers.dev, and the cron trigger.
 */
export class SyncWorker extends pulumi.ComponentResource {
  readonly versionId: pulumi.Output<string>;
  readonly rollout: live.Rollout;
  /** Live and reachable once these exist. */
  readonly reachable: pulumi.Resource[];

  constructor(name: string, args: SyncWorkerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("stripe-customer-sync:index:SyncWorker", name, {}, opts);
    const { accountId, protect } = args;

    const worker = new cloudflare.Worker(
      name,
      {
        accountId,
        name: args.name,
        logpush: false,
        observability: observability(args.observability),
        subdomain: { enabled: args.exposure.kind === "workers.dev", previewsEnabled: false },
        tags: [args.ownerTag],
        tailConsumers: [],
      },
      { parent: this, protect, ...imported(args.leftovers.worker) },
    );
    const version = new cloudflare.WorkerVersion(
      name,
      {
        accountId,
        workerId: worker.id,
        mainModule: args.bundle.mainModule,
        modules: args.bundle.modules.map((module) => ({ ...module })),
        compatibilityDate: COMPATIBILITY_DATE,
        compatibilityFlags: [],
        usageModel: "standard",
        bindings: workerBindings(args.bindings),
        ...(args.placementRegion && { placement: { region: args.placementRegion } }),
        // The displayed diff cuts the code's text; the tag shows which bundle comes and goes.
        annotations: { workersTag: args.bundle.digest },
      },
      { parent: this, additionalSecretOutputs: ["bindings"] },
    );
    const { release } = args;
    const rollout = new live.Rollout(
      name,
      {
        accountId,
        workerId: worker.id,
        workerName: args.name,
        workerUrl: release.workerUrl,
        ...entranceOf(args.exposure),
        versionId: version.id,
        bundleDigest: args.bundle.digest,
        bindingNames: workerBindingNames(args.bindings),
        fingerprints: workerFingerprints(args.bindings, release.fingerprintKey),
        percentage: release.percentage,
        pinnedVersion: release.pinnedVersion,
        operatorToken: release.operatorToken,
      },
      { parent: this, provider: release.provider },
    );
    if (release.pinnedVersion !== undefined) {
      void pulumi.log.warn(
        `pinnedVersion gives version ${release.pinnedVersion} all requests, whatever this update makes. ` +
          `To go forward: npm run rollback -- --stack ${pulumi.getStack()} --forward`,
        rollout,
      );
    }
    const deployment = new cloudflare.WorkersDeployment(
      name,
      {
        accountId,
        scriptName: worker.name,
        strategy: "percentage",
        versions: rollout.shares,
        // What is declared goes live, also a version from before a secret was changed by hand.
        force: true,
      },
      { parent: this },
    );
    // What calls the Worker is made only when there is something deployed to call.
    const whenDeployed = { parent: this, dependsOn: [deployment] };
    const cron = new cloudflare.WorkersCronTrigger(
      name,
      { accountId, scriptName: worker.name, schedules: [{ cron: PULL_SCHEDULE }] },
      whenDeployed,
    );

    this.versionId = version.id;
    this.rollout = rollout;
    this.reachable = [
      deployment,
      cron,
      ...expose(name, args, worker, { ...whenDeployed, protect }),
    ];
    this.registerOutputs({ versionId: this.versionId });
  }
}

function expose(
  name: string,
  { accountId, exposure, leftovers }: SyncWorkerArgs,
  worker: cloudflare.Worker,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  switch (exposure.kind) {
    case "workers.dev":
      return [];
    case "domain":
      return [
        new cloudflare.WorkersCustomDomain(
          name,
          { accountId, hostname: exposure.host, service: worker.name, zoneId: exposure.zoneId },
          // A replacement that keeps the host name would otherwise delete what it just made.
          { ...opts, deleteBeforeReplace: true, ...imported(leftovers.domain) },
        ),
      ];
    case "route":
      return [
        new cloudflare.WorkersRoute(
          name,
          { zoneId: exposure.zoneId, pattern: exposure.pattern, script: worker.name },
          { ...opts, ...imported(leftovers.route) },
        ),
      ];
  }
}

/** An import of what is there: the engine reads it, then changes what is not as declared. */
function imported(id: string | undefined): pulumi.CustomResourceOptions {
  return id === undefined ? {} : { import: id };
}

function observability({
  enabled,
  samplingRate,
}: SyncWorkerArgs["observability"]): cloudflare.types.input.WorkerObservability {
  return {
    enabled,
    headSamplingRate: samplingRate,
    // The Worker logs its own outcomes; an invocation log would repeat the request's headers.
    logs: { enabled, headSamplingRate: samplingRate, invocationLogs: false, persist: true },
  };
}
