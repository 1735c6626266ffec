import { fingerprint } from "@stripe-customer-sync/provider-kit/fingerprint";
import { describe, expect, test } from "vitest";
import { databaseKey } from "../../../commands/rotate/database-key.ts";
import type { DeployedSecrets } from "../../../commands/rotate/deployed-secrets.ts";
import { isDeployed } from "../../../commands/rotate/is-deployed.ts";
import type { RotatingStack, Rotation } from "../../../commands/rotate/rotation.ts";
import { stripeSigningSecret } from "../../../commands/rotate/stripe-signing-secret.ts";
import { webhookToken } from "../../../commands/rotate/webhook-token.ts";
import { readEndpoints, readGenerations } from "../../../stacks/generations.ts";
import { readSettingValues, type SettingValues } from "../../../stacks/setting-values.ts";
import { validConfiguration } from "../../stacks/valid-configuration.ts";

// The steps without an engine: a deployment makes live at once what the settings say. The engine's
// part, with the command killed in it, is in rotate.test.ts.

/** What is kept when the command is killed: the stack file, and the engine's state. */
class KeptStack {
  settings: SettingValues = readSettingValues(validConfiguration, "staging", {});
  live: DeployedSecrets = deployment(this.settings);
  /** What was live, one entry a deployment. */
  readonly history: DeployedSecrets[] = [this.live];

  /** As a run of the command opens it. */
  open(): RotatingStack {
    const kept = this;
    return {
      stack: undefined as never, // only waits look at the clouds
      deployed: kept.live,
      get settings() {
        return kept.settings;
      },
      async write(key, value) {
        const { [key]: _, ...others } = kept.settings;
        kept.settings = (
          value === undefined ? others : { ...others, [key]: value }
        ) as SettingValues;
      },
      async deploy() {
        kept.live = deployment(kept.settings);
        kept.history.push(kept.live);
      },
    };
  }

  /** Runs the command; it is killed after so many steps. */
  async run(rotation: Rotation, steps = Number.POSITIVE_INFINITY): Promise<number> {
    const rotating = this.open();
    const from = rotation.nextStep(rotating);
    const left = rotation.steps.slice(from, from + steps).filter(({ waits }) => waits !== true);
    for (const step of left) await step.run(rotating, () => {});
    return rotation.steps.length - from;
  }
}

function deployment(settings: SettingValues): DeployedSecrets {
  const endpoints = readEndpoints(settings.stripeEndpoints);
  const secretOf = (generation: number) => `whsec_fake_${generation}`;
  const keys = readGenerations(settings.workerKeys);
  const [current, other] = endpoints.map(({ generation }) => secretOf(generation)).reverse();
  const bindings = {
    WEBHOOK_TOKEN: settings.webhookToken,
    WEBHOOK_TOKEN_PREVIOUS: settings.webhookTokenPrevious,
    STRIPE_API_KEY: settings.stripeWorkerKey,
    SUPABASE_KEY: `eyJfake.${keys.at(-1)}`,
    STRIPE_WEBHOOK_SECRET: current,
    STRIPE_WEBHOOK_SECRET_PREVIOUS: other,
  };
  const print = (name: string, value: string) => fingerprint(settings.fingerprintKey, name, value);
  return {
    isWhole: true,
    fingerprints: Object.fromEntries(
      Object.entries(bindings).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, print(name, value)]],
      ),
    ),
    vault: { name: "token", fingerprint: print("token", settings.webhookToken) },
    workerKeys: new Map(keys.map((each) => [each, `eyJfake.${each}`])),
    endpoints: new Map(
      endpoints.map(({ generation, silent }) => [
        generation,
        {
          secret: secretOf(generation),
          enabledEvents: [silent ? "terminal.reader.action_failed" : "customer.created"],
        },
      ]),
    ),
  };
}

const rotations: [string, Rotation][] = [
  ["webhook-token", webhookToken],
  ["database-key", databaseKey],
  ["stripe-signing-secret", stripeSigningSecret],
];

describe.each(rotations)("%s", (_name, rotation) => {
  test("killed after each of its steps it goes on, and ends where an undisturbed one does", async () => {
    const whole = new KeptStack();
    await whole.run(rotation);
    const [first] = whole.history;
    expect(whole.live.fingerprints).not.toEqual(first?.fingerprints);

    const killed = new KeptStack();
    for (let runs = 0; runs < rotation.steps.length; runs += 1) {
      await killed.run(rotation, 1);
      if (runs === 0) expect(killed.settings).not.toEqual(new KeptStack().settings);
    }
    await killed.run(rotation);
    expect(Object.keys(killed.settings).sort()).toEqual(Object.keys(whole.settings).sort());
    expect(isDeployed(killed.open())).toBe(true);
  });

  test.each(rotation.steps.map(({ title }, index) => [title, index] as const))(
    "killed after “%s” it does not begin anew",
    async (_title, index) => {
      const kept = new KeptStack();
      const all = await kept.run(rotation, index + 1);
      const isOver = index === rotation.steps.length - 1;
      const left = await kept.run(rotation);
      expect(left).toBeLessThanOrEqual(isOver ? all : all - 1);
      expect(kept.settings.webhookTokenPrevious).toBeUndefined();
      expect(isDeployed(kept.open())).toBe(true);
    },
  );
});

/** Generations of the endpoints that get events in a deployment. */
const listening = ({ endpoints }: DeployedSecrets) =>
  [...endpoints].filter(([, { enabledEvents }]) => enabledEvents.includes("customer.created"));

test("at each deployment of a signing secret's rotation some endpoint gets the events, and the Worker knows its secret before and after", async () => {
  const kept = new KeptStack();
  await kept.run(stripeSigningSecret);
  expect(kept.history.map((live) => listening(live).map(([generation]) => generation))).toEqual([
    [1],
    [1],
    [1, 2],
    [2],
    [2],
  ]);
  for (const [index, live] of kept.history.entries()) {
    const before = kept.history[index - 1] ?? live;
    for (const [, { secret }] of [...listening(before), ...listening(live)]) {
      for (const each of [before, live]) expect(accepts(each, secret)).toBe(true);
    }
  }
});

function accepts({ fingerprints }: DeployedSecrets, secret: string): boolean {
  const { fingerprintKey } = new KeptStack().settings;
  return ["STRIPE_WEBHOOK_SECRET", "STRIPE_WEBHOOK_SECRET_PREVIOUS"].some(
    (name) => fingerprints[name] === fingerprint(fingerprintKey, name, secret),
  );
}
