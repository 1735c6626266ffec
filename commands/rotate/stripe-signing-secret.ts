import {
  type EndpointGeneration,
  endpointsSetting,
  readEndpoints,
} from "../../stacks/generations.ts";
import { isDeployed } from "./is-deployed.ts";
import { indexOf, type RotatingStack, type Rotation, type Step } from "./rotation.ts";
import { waitForDeliveries } from "./wait-for-deliveries.ts";

const declareSecond = declares("Declare a second endpoint, silent for now", ([present]) => {
  const { generation } = present;
  return [
    { generation, silent: false },
    { generation: generation + 1, silent: true },
  ];
});
const deploySecond: Step = {
  title: "Deploy: the endpoint is made, the Worker accepts both secrets",
  run: ({ deploy }) => deploy(),
};
const declareBoth = declares("Declare that both endpoints get events", (both) =>
  both.map(({ generation }) => ({ generation, silent: false })),
);
const deployBoth: Step = {
  title: "Deploy: Stripe sends each event to both",
  run: ({ deploy }) => deploy(),
};
const declareSilence = declares("Declare the old endpoint silent", (both) =>
  both.map(({ generation }, index) => ({ generation, silent: index === 0 })),
);
const deploySilence: Step = {
  title: "Deploy: Stripe sends new events to the new endpoint only",
  run: ({ deploy }) => deploy(),
};
const waitForOld: Step = {
  title: "Wait until every event is delivered",
  waits: true,
  run: ({ stack }, say) => waitForDeliveries(stack, say),
};
const declareNew = declares("Declare the new endpoint alone", (both) =>
  both.slice(-1).map(({ generation }) => ({ generation, silent: false })),
);
const deployNew: Step = {
  title: "Deploy: the Worker forgets the old secret, the old endpoint is deleted",
  run: ({ deploy }) => deploy(),
};

const steps = [
  declareSecond,
  deploySecond,
  declareBoth,
  deployBoth,
  declareSilence,
  deploySilence,
  waitForOld,
  declareNew,
  deployNew,
];

/**
 * The secret that signs Stripe's events. The API cannot give an endpoint another one: so there is
 * a second endpoint for a while. It is silent until the Worker knows its secret, and the first one
 * is silent before the Worker forgets its secret.
 */
export const stripeSigningSecret: Rotation = {
  what: "the secret that signs Stripe's events; a new endpoint with a new secret is made",
  steps,
  nextStep(rotating) {
    const endpoints = readEndpoints(rotating.settings.stripeEndpoints);
    const [first, second] = endpoints;
    const next = (deploy: Step, after: Step) =>
      indexOf(steps, isDeployed(rotating) ? after : deploy);
    if (second === undefined) {
      return rotating.deployed.endpoints.size > 1 ? indexOf(steps, deployNew) : 0;
    }
    if (second.silent) return next(deploySecond, declareBoth);
    return first?.silent ? next(deploySilence, waitForOld) : next(deployBoth, declareSilence);
  },
};

type Endpoints = readonly [EndpointGeneration, ...EndpointGeneration[]];

function declares(
  title: string,
  change: (endpoints: Endpoints) => readonly EndpointGeneration[],
): Step {
  return {
    title,
    run: ({ write, settings }: RotatingStack) => {
      const [first, ...others] = readEndpoints(settings.stripeEndpoints);
      if (first === undefined) throw new Error("stripeEndpoints names none");
      return write("stripeEndpoints", endpointsSetting(change([first, ...others])));
    },
  };
}
