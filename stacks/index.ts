import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { requireStripeAccount } from "../infra/stripe-account-guard.ts";
import { bundleWorker } from "../infra/worker-bundle.ts";
import { checkedOutCommit } from "./checked-out-commit.ts";
import { deploy } from "./deploy.ts";
import { findLeftovers } from "./find-leftovers.ts";
import { liveWorkerProvider } from "./live-worker-provider.ts";
import { ownResourceTypes } from "./own-resource-types.ts";
import { requireStagedBundle } from "./require-staged-bundle.ts";
import { readSettings } from "./settings.ts";

const settings = readSettings(pulumi.runtime.allConfig(), pulumi.getStack());
for (const warning of settings.warnings) pulumi.log.warn(warning);
await requireStripeAccount({
  account: settings.stripe.account,
  livemode: settings.environment.livemode,
  environment: settings.environment.name,
});
// Before the first declaration: with each one the engine writes the state anew, and where that is
// a file, a look at the same time may find it empty.
const known = await ownResourceTypes();
const [bundle, commit] = await Promise.all([
  bundleWorker(),
  checkedOutCommit(join(import.meta.dirname, "..")),
]);
await requireStagedBundle(settings, { digest: bundle.digest, commit });
const liveWorker = liveWorkerProvider(settings);
const leftovers = await findLeftovers(settings, known, liveWorker);
const deployed = deploy(settings, { bundle, commit, leftovers, liveWorker });

export const { workerUrl, bundleDigest, gitCommit, versionId, webhookName } = deployed;
