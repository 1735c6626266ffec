import { readGenerations } from "../../stacks/generations.ts";
import { isDeployed } from "./is-deployed.ts";
import { indexOf, type RotatingStack, type Rotation, type Step } from "./rotation.ts";
import { waitForInvocations } from "./wait-for-invocations.ts";

const declareBoth: Step = {
  title: "Declare a second key",
  run: (rotating) => {
    const [present = 1] = readGenerations(rotating.settings.workerKeys);
    return rotating.write("workerKeys", `${present},${present + 1}`);
  },
};
const deployBoth: Step = {
  title: "Deploy: a new key is made, the Worker uses it; the old one still opens",
  run: ({ deploy }) => deploy(),
};
const waitForOld: Step = {
  title: "Wait until everything that began with the old key has ended",
  waits: true,
  run: ({ stack }, say) => waitForInvocations(stack, say),
};
const declareNew: Step = {
  title: "Declare the new key alone",
  run: ({ write, settings }) => write("workerKeys", String(newest(settings.workerKeys))),
};
const deployNew: Step = {
  title: "Deploy: the old key is revoked",
  run: ({ deploy }) => deploy(),
};

const steps = [declareBoth, deployBoth, waitForOld, declareNew, deployNew];

/** The Worker's database credential, where the stack makes it. */
export const databaseKey: Rotation = {
  what: "the Worker's database credential; a new key and token are made",
  steps,
  nextStep(rotating: RotatingStack) {
    const { settings, deployed } = rotating;
    if (readGenerations(settings.workerKeys).length > 1) {
      return indexOf(steps, isDeployed(rotating) ? waitForOld : deployBoth);
    }
    return deployed.workerKeys.size > 1 ? indexOf(steps, deployNew) : 0;
  },
};

function newest(setting: string | undefined): number | undefined {
  return readGenerations(setting).at(-1);
}
