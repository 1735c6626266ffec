import * as pulumi from "@pulumi/pulumi";
import { type Environment, environments } from "./environments/index.ts";
import { type EndpointGeneration, readEndpoints, readGenerations } from "./generations.ts";
import { readSettingValues } from "./setting-values.ts";
import { type Exposure, workerAddress } from "./worker-address.ts";
import { workerKeyWarnings } from "./worker-key-warnings.ts";

/** The settings of one stack, whole and consistent. Secrets are secret outputs. */
export interface Settings {
  readonly environment: Environment;
  readonly cloudflare: {
    readonly accountId: string;
    /**
     * Undefined where it comes from the environment: then the state does not keep it, and each
     * run works with its own, such as one that only reads.
     */
    readonly apiToken: pulumi.Output<string> | undefined;
    readonly baseUrl: string | undefined;
  };
  readonly worker: {
    readonly name: string;
    /** Where the Worker answers, without a slash at the end. */
    readonly url: string;
    readonly placementRegion: string | undefined;
    readonly observability: boolean;
    /** Calls that one invocation may make. */
    readonly subrequestLimit: number;
    readonly exposure: Exposure;
  };
  readonly supabase: {
    readonly projectRef: string;
    readonly url: string;
    readonly publishableKey: string;
    /** Undefined where the stack itself makes the Worker's key. */
    readonly workerKey: pulumi.Output<string> | undefined;
    /** Numbers of the keys that it makes, the one in use last. */
    readonly workerKeys: readonly number[];
  };
  readonly stripe: {
    readonly account: string;
    readonly apiBase: string | undefined;
    readonly workerKey: pulumi.Output<string>;
    readonly signingSecretPrevious: pulumi.Output<string> | undefined;
    /** Endpoints of the events, the one in use last. */
    readonly endpoints: readonly EndpointGeneration[];
  };
  /** Absent where no other stack comes before this one. */
  readonly promotion: { readonly from: string; readonly allowUnstagedBundle: boolean } | undefined;
  readonly pacePerSecond: number;
  readonly alerts: {
    /** Such addresses carry tokens. */
    readonly url: pulumi.Output<string> | undefined;
    readonly unlinkedSeconds: number;
    readonly deadJobs: number;
    readonly silentSeconds: number;
  };
  readonly release: {
    /** Share of the requests that a new version of the Worker gets, in percent: 1 to 100. */
    readonly percentage: number;
    /** An earlier version that shall have all requests instead. */
    readonly pinnedVersion: string | undefined;
  };
  readonly webhookToken: pulumi.Output<string>;
  readonly webhookTokenPrevious: pulumi.Output<string> | undefined;
  readonly operatorToken: pulumi.Output<string>;
  readonly fingerprintKey: pulumi.Output<string>;
  /** What is allowed and should not stay so; for the operator to see at each preview. */
  readonly warnings: readonly string[];
}

const DEFAULT_PACE_PER_SECOND = 20;
const DEFAULT_UNLINKED_MINUTES = 5;
const DEFAULT_DEAD_JOBS = 1;
const DEFAULT_SILENT_MINUTES = 60;
const MINUTE = 60;
const WHOLE_ROLLOUT_PERCENT = 100;

/** Per invocation: https://developers.cloudflare.com/workers/platform/limits/#subrequests */
const SUBREQUESTS = { free: 50, paid: 10_000 } as const;

/**
 * Reads and validates a stack's whole configuration.
 *
 * @param config every configured key with its namespace, secrets decrypted
 * @throws SettingsError which lists every problem with the command that mends it
 */
export function readSettings(
  config: Readonly<Record<string, string>>,
  stack: string,
  variables: NodeJS.ProcessEnv = process.env,
): Settings {
  const values = readSettingValues(config, stack, variables);
  const { name, url, exposure } = workerAddress(values, stack);
  const environment = environments[values.environment as Environment["name"]];
  const promotedFrom = values.promotedFrom ?? environment.promotedFrom;
  return {
    environment,
    cloudflare: {
      accountId: values.cloudflareAccountId,
      apiToken: optionalSecret(config["cloudflare:apiToken"]),
      baseUrl: values["cloudflare:baseUrl"],
    },
    worker: {
      name,
      url,
      placementRegion: values.placementRegion,
      observability: values.observability !== "false",
      subrequestLimit: SUBREQUESTS[values.workersPlan === "paid" ? "paid" : "free"],
      exposure,
    },
    supabase: {
      projectRef: values.supabaseProjectRef,
      url: values.supabaseUrl ?? `https://${values.supabaseProjectRef}.supabase.co`,
      publishableKey: values.supabasePublishableKey,
      workerKey: optionalSecret(values.supabaseWorkerKey),
      workerKeys: readGenerations(values.workerKeys),
    },
    stripe: {
      account: values.stripeAccount,
      apiBase: values["stripe:apiBase"],
      workerKey: pulumi.secret(values.stripeWorkerKey),
      signingSecretPrevious: optionalSecret(values.stripeSigningSecretPrevious),
      endpoints: readEndpoints(values.stripeEndpoints),
    },
    promotion:
      promotedFrom === undefined
        ? undefined
        : { from: promotedFrom, allowUnstagedBundle: values.allowUnstagedBundle === "true" },
    pacePerSecond: Number(values.pacePerSecond ?? DEFAULT_PACE_PER_SECOND),
    alerts: {
      url: optionalSecret(values.alertUrl),
      unlinkedSeconds: MINUTE * Number(values.alertUnlinkedMinutes ?? DEFAULT_UNLINKED_MINUTES),
      deadJobs: Number(values.alertDeadJobs ?? DEFAULT_DEAD_JOBS),
      silentSeconds: MINUTE * Number(values.alertWebhookSilentMinutes ?? DEFAULT_SILENT_MINUTES),
    },
    release: {
      percentage: Number(values.rollout ?? WHOLE_ROLLOUT_PERCENT),
      pinnedVersion: values.pinnedVersion,
    },
    webhookToken: pulumi.secret(values.webhookToken),
    webhookTokenPrevious: optionalSecret(values.webhookTokenPrevious),
    operatorToken: pulumi.secret(values.operatorToken),
    fingerprintKey: pulumi.secret(values.fingerprintKey),
    warnings: workerKeyWarnings(values.supabaseWorkerKey, stack),
  };
}

function optionalSecret(value: string | undefined): pulumi.Output<string> | undefined {
  return value === undefined ? undefined : pulumi.secret(value);
}
