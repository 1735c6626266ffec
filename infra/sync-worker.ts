import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { type WorkerBindingValues, workerBindings } from "./worker-bindings.ts";
import type { WorkerBundle } from "./worker-bundle.ts";

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
}

/** How requests reach the Worker. */
export type WorkerExposure =
  | { readonly kind: "workers.dev" }
  | { readonly kind: "domain"; readonly host: string; readonly zoneId: string }
  | { readonly kind: "route"; readonly pattern: string; readonly zoneId: string };

/**
 * The Worker: its code and secrets as an immutable version, the deployment that makes that
 * version live, and what calls it: a domain, a route or workers.dev, and the cron trigger.
 */
export class SyncWorker extends pulumi.ComponentResource {
  readonly versionId: pulumi.Output<string>;
  /** The deployed versions with the share of traffic that each gets. */
  readonly versions: pulumi.Output<{ versionId: string; percentage: number }[]>;
  /** Live and reachable once these exist. */
  readonly reachable: pulumi.Resource[];

  constructor(name: string, args: SyncWorkerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("stripe-customer-sync:index:SyncWorker", name, {}, opts);
    const { accountId } = args;

    const worker = new cloudflare.Worker(
      name,
      {
        accountId,
        name: args.name,
        logpush: false,
        observability: observability(args.observability),
        subdomain: { enabled: args.exposure.kind === "workers.dev", previewsEnabled: false },
        tags: [],
        tailConsumers: [],
      },
      { parent: this },
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
    const deployment = new cloudflare.WorkersDeployment(
      name,
      {
        accountId,
        scriptName: worker.name,
        strategy: "percentage",
        versions: [{ versionId: version.id, percentage: 100 }],
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
    this.versions = deployment.versions.apply((versions) =>
      versions.map(({ versionId, percentage }) => ({ versionId, percentage })),
    );
    this.reachable = [
      deployment,
      cron,
      ...expose(name, accountId, worker, args.exposure, whenDeployed),
    ];
    this.registerOutputs({ versionId: this.versionId });
  }
}

function expose(
  name: string,
  accountId: string,
  worker: cloudflare.Worker,
  exposure: WorkerExposure,
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
          { ...opts, deleteBeforeReplace: true },
        ),
      ];
    case "route":
      return [
        new cloudflare.WorkersRoute(
          name,
          { zoneId: exposure.zoneId, pattern: exposure.pattern, script: worker.name },
          opts,
        ),
      ];
  }
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
