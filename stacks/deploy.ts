import * as pulumi from "@pulumi/pulumi";
import * as live from "@stripe-customer-sync/live-worker";
import { OrganizationWebhook } from "../infra/organization-webhook.ts";
import { declareStripeEvents, type StripeSigningSecrets } from "../infra/stripe-events.ts";
import { SyncSchema } from "../infra/sync-schema.ts";
import { PULL_SCHEDULE, SyncWorker } from "../infra/sync-worker.ts";
import type { WorkerBindingValues } from "../infra/worker-bindings.ts";
import type { WorkerBundle } from "../infra/worker-bundle.ts";
import { WorkerKey } from "../infra/worker-key.ts";
import { ownerTag, type WorkerLeftovers } from "../infra/worker-leftovers.ts";
import { UNKNOWN_COMMIT } from "./checked-out-commit.ts";
import type { Settings } from "./settings.ts";

/** The stack's outputs. */
export interface Deployed {
  readonly workerUrl: string;
  /** Of the bundle that has passed the live check: what another stack may now follow with. */
  readonly bundleDigest: pulumi.Output<string>;
  /** The commit that it was made from. */
  readonly gitCommit: pulumi.Output<string>;
  readonly versionId: pulumi.Output<string>;
  readonly webhookName: string;
}

/** What is found out before anything is declared. */
export interface DeployArgs {
  readonly bundle: WorkerBundle;
  /** The commit that the bundle is made from. */
  readonly commit: string;
  readonly leftovers: WorkerLeftovers;
  readonly liveWorker: live.Provider;
}

const WEBHOOK_NAME = "organizations_stripe_customer_sync";

/**
 * Declares the whole path of one environment. The order is that of a safe roll-out: the schema
 * before the Worker that needs it, a version tried out before it gets requests, the Worker live and
 * checked before anything rings it; a token that changes is accepted by the Worker before the
 * database sends it.
 */
export function deploy(settings: Settings, args: DeployArgs): Deployed {
  const { bundle, commit, leftovers, liveWorker } = args;
  const { environment, worker, supabase } = settings;
  const { protect } = environment;

  const schema = new SyncSchema(
    "sync-schema",
    {
      projectRef: supabase.projectRef,
      environment: environment.name,
      pacePerSecond: settings.pacePerSecond,
    },
    { protect },
  );
  const stripeSigning = declareStripeEvents({
    workerUrl: worker.url,
    environment: environment.name,
    endpoints: settings.stripe.endpoints,
  });
  const bindings = bindingValues(settings, {
    workerKey: supabase.workerKey ?? makeWorkerKey(settings, schema),
    stripeSigning,
  });
  const syncWorker = new SyncWorker(
    "sync-worker",
    {
      accountId: settings.cloudflare.accountId,
      name: worker.name,
      bundle,
      bindings,
      exposure: worker.exposure,
      observability: {
        enabled: worker.observability,
        samplingRate: environment.observabilitySamplingRate,
      },
      placementRegion: worker.placementRegion,
      release: {
        ...settings.release,
        workerUrl: worker.url,
        operatorToken: settings.operatorToken,
        fingerprintKey: settings.fingerprintKey,
        provider: liveWorker,
      },
      ownerTag: ownerTag(pulumi.getStack()),
      leftovers,
      protect,
    },
    { dependsOn: [schema] },
  );
  const checked = new live.LiveCheck(
    "live-check",
    {
      accountId: settings.cloudflare.accountId,
      workerName: worker.name,
      workerUrl: worker.url,
      versions: syncWorker.rollout.shares,
      schedules: [PULL_SCHEDULE],
      bindingNames: syncWorker.rollout.liveBindingNames,
      fingerprints: syncWorker.rollout.liveFingerprints,
      operatorToken: settings.operatorToken,
    },
    { provider: liveWorker, dependsOn: syncWorker.reachable },
  );
  new OrganizationWebhook(
    "organization-webhook",
    {
      projectRef: supabase.projectRef,
      name: WEBHOOK_NAME,
      url: `${worker.url}/webhooks/supabase`,
      token: settings.webhookToken,
      fingerprintKey: settings.fingerprintKey,
    },
    // The first to go in a destroy: protected, it stops one before anything is gone.
    { protect, dependsOn: [checked] },
  );

  const liveDigest = pulumi
    .all([syncWorker.rollout.liveBundleDigest, checked.urn])
    .apply(([digest]) => digest);
  return {
    workerUrl: worker.url,
    bundleDigest: liveDigest,
    gitCommit: liveDigest.apply((digest) => (digest === bundle.digest ? commit : UNKNOWN_COMMIT)),
    versionId: syncWorker.versionId,
    webhookName: WEBHOOK_NAME,
  };
}

function makeWorkerKey({ supabase }: Settings, schema: SyncSchema): pulumi.Output<string> {
  const { projectRef, url, publishableKey } = supabase;
  const made = new WorkerKey(
    "worker-key",
    { projectRef, url, publishableKey, generations: supabase.workerKeys },
    { dependsOn: [schema] },
  );
  return made.token;
}

/** The secrets that the stack makes itself. */
interface MadeSecrets {
  readonly workerKey: pulumi.Input<string>;
  readonly stripeSigning: StripeSigningSecrets;
}

function bindingValues(settings: Settings, made: MadeSecrets): WorkerBindingValues {
  const { environment, worker, supabase, stripe, alerts } = settings;
  return {
    plain: {
      ALERT_DEAD_JOBS: String(alerts.deadJobs),
      ALERT_SILENT_SECONDS: String(alerts.silentSeconds),
      ALERT_UNLINKED_SECONDS: String(alerts.unlinkedSeconds),
      ENVIRONMENT: environment.name,
      LIVEMODE: String(environment.livemode),
      STRIPE_ACCOUNT: stripe.account,
      STRIPE_API_BASE: stripe.apiBase,
      SUBREQUEST_LIMIT: String(worker.subrequestLimit),
      SUPABASE_PUBLISHABLE_KEY: supabase.publishableKey,
      SUPABASE_URL: supabase.url,
    },
    secret: {
      ALERT_URL: alerts.url,
      FINGERPRINT_KEY: settings.fingerprintKey,
      OPERATOR_TOKEN: settings.operatorToken,
      STRIPE_API_KEY: stripe.workerKey,
      STRIPE_WEBHOOK_SECRET: made.stripeSigning.current,
      STRIPE_WEBHOOK_SECRET_PREVIOUS: made.stripeSigning.other ?? stripe.signingSecretPrevious,
      SUPABASE_KEY: made.workerKey,
      WEBHOOK_TOKEN: settings.webhookToken,
      WEBHOOK_TOKEN_PREVIOUS: settings.webhookTokenPrevious,
    },
  };
}
