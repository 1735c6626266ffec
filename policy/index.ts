import { join } from "node:path";
import { PolicyPack } from "@pulumi/policy";
import { bindingsAreSecret } from "./rules/bindings-are-secret.ts";
import { bundleIsStaged } from "./rules/bundle-is-staged.ts";
import { compatibilityDateIsRecent } from "./rules/compatibility-date-is-recent.ts";
import { percentagesSumTo100 } from "./rules/percentages-sum-to-100.ts";
import { productionIsGuarded } from "./rules/production-is-guarded.ts";
import { routeIsOwn } from "./rules/route-is-own.ts";
import { stripeFitsStack } from "./rules/stripe-fits-stack.ts";
import { webhookRingsOwnWorker } from "./rules/webhook-rings-own-worker.ts";
import { readStackFiles } from "./stack-files.ts";

const stackFiles = readStackFiles(join(import.meta.dirname, ".."));

/** Every rule is mandatory: a violation in a preview stops the update before it begins. */
new PolicyPack("stripe-customer-sync", {
  enforcementLevel: "mandatory",
  policies: [
    bindingsAreSecret(),
    bundleIsStaged(stackFiles),
    compatibilityDateIsRecent(),
    percentagesSumTo100(),
    productionIsGuarded(stackFiles),
    routeIsOwn(stackFiles),
    stripeFitsStack(stackFiles),
    webhookRingsOwnWorker(),
  ],
});
