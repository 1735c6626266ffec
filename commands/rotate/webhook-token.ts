import { randomBytes } from "node:crypto";
import { isDeployed } from "./is-deployed.ts";
import { indexOf, type Rotation, type Step } from "./rotation.ts";
import { waitForRings } from "./wait-for-rings.ts";

const TOKEN_BYTES = 32;

const keepOld: Step = {
  title: "Keep the present token as the previous one",
  run: ({ write, settings }) => write("webhookTokenPrevious", settings.webhookToken),
};
const makeNew: Step = {
  title: "Make a new token",
  run: ({ write }) => write("webhookToken", randomBytes(TOKEN_BYTES).toString("hex")),
};
const deployBoth: Step = {
  title: "Deploy: the Worker accepts both, then the database sends the new one",
  run: ({ deploy }) => deploy(),
};
const waitForOld: Step = {
  title: "Wait until no request with the old token is under way",
  waits: true,
  run: ({ stack, deployed }, say) => waitForRings(stack, deployed.vault?.name, say),
};
const forgetOld: Step = {
  title: "Take the old token out of the settings",
  run: ({ write }) => write("webhookTokenPrevious", undefined),
};
const deployNew: Step = {
  title: "Deploy: the Worker accepts the new token only",
  run: ({ deploy }) => deploy(),
};

const steps = [keepOld, makeNew, deployBoth, waitForOld, forgetOld, deployNew];

/** The bearer token between the database and the Worker. */
export const webhookToken: Rotation = {
  what: "the bearer token of the organization webhook; a new one is made",
  steps,
  nextStep(rotating) {
    const { settings, deployed } = rotating;
    if (settings.webhookTokenPrevious === undefined) {
      const isAccepted = deployed.fingerprints.WEBHOOK_TOKEN_PREVIOUS !== undefined;
      return isAccepted ? indexOf(steps, deployNew) : 0;
    }
    if (settings.webhookTokenPrevious === settings.webhookToken) return indexOf(steps, makeNew);
    return indexOf(steps, isDeployed(rotating) ? waitForOld : deployBoth);
  },
};
