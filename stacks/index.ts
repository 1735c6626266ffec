import * as pulumi from "@pulumi/pulumi";
import { requireStripeAccount } from "../infra/stripe-account-guard.ts";
import { bundleWorker } from "../infra/worker-bundle.ts";
import { deploy } from "./deploy.ts";
import { readSettings } from "./settings.ts";

const settings = readSettings(pulumi.runtime.allConfig(), pulumi.getStack());
for (const warning of settings.warnings) pulumi.log.warn(warning);
await requireStripeAccount({
  account: settings.stripe.account,
  livemode: settings.environment.livemode,
  environment: settings.environment.name,
});
const deployed = deploy(settings, await bundleWorker());

export const { workerUrl, bundleDigest, versionId, webhookName } = deployed;
