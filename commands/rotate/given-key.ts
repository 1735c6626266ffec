import { UserError } from "@stripe-customer-sync/provider-kit";
import type { SettingValues } from "../../stacks/setting-values.ts";
import { isDeployed } from "./is-deployed.ts";
import { readSecret } from "./read-secret.ts";
import { indexOf, type RotatedSetting, type Rotation, type Step } from "./rotation.ts";
import { Unfinished } from "./unfinished.ts";
import { wait } from "./wait.ts";
import { waitForInvocations } from "./wait-for-invocations.ts";

/** A key that only its vendor can make and revoke. */
export interface GivenKey {
  /** What the operator is asked for. */
  readonly what: string;
  readonly setting: RotatedSetting & ("stripeWorkerKey" | "supabaseWorkerKey");
  readonly previous: RotatedSetting & ("stripeWorkerKeyPrevious" | "supabaseWorkerKeyPrevious");
  /** Where the operator revokes a key, and by which name it stands there; never the key. */
  whereToRevoke(key: string): string;
  /** @throws UserError when the key is not fit for the stack */
  check(key: string, settings: SettingValues): Promise<void>;
  isAccepted(key: string, settings: SettingValues): Promise<boolean>;
}

const REVOKED_WITHIN_MS = 30 * 60_000;

/**
 * The exchange of a key that the operator brings. Both keys are good until the operator revokes
 * the old one, which is kept in the settings, unused, so that this can be seen.
 */
export function givenKeyRotation(key: GivenKey): Rotation {
  let given: string | undefined;
  const takeNew: Step = {
    title: "Put the new key into the settings, and keep the old one as the previous",
    run: async ({ write, settings }) => {
      if (given === undefined) throw new Error("no key was asked for");
      await write(key.previous, settings[key.setting]);
      await write(key.setting, given);
    },
  };
  const deployNew: Step = {
    title: "Deploy: the Worker uses the new key",
    run: ({ deploy }) => deploy(),
  };
  const waitForOld: Step = {
    title: "Wait until everything that began with the old key has ended",
    waits: true,
    run: ({ stack }, say) => waitForInvocations(stack, say),
  };
  const waitForOperator: Step = {
    title: "Wait until you have revoked the old key",
    run: async ({ settings, stack }, say) => {
      const old = settings[key.previous];
      if (old === undefined || !(await key.isAccepted(old, settings))) return;
      const where = key.whereToRevoke(old);
      const advice = () =>
        `Left for you: ${where}. Then run this again, to be told that the key is dead. Stack ` +
        `${stack.name} uses the new key only.`;
      if (!process.stdin.isTTY) throw new Unfinished(advice());
      await wait(
        async () => ((await key.isAccepted(old, settings)) ? where : undefined),
        { milliseconds: REVOKED_WITHIN_MS, advice },
        say,
      );
    },
  };
  const forgetOld: Step = {
    title: "Take the old key out of the settings",
    run: ({ write }) => write(key.previous, undefined),
  };

  const steps = [takeNew, deployNew, waitForOld, waitForOperator, forgetOld];
  return {
    what: key.what,
    steps,
    nextStep(rotating) {
      const { settings } = rotating;
      const previous = settings[key.previous];
      if (previous === undefined || previous === settings[key.setting]) return 0;
      return indexOf(steps, isDeployed(rotating) ? waitForOld : deployNew);
    },
    async prepare({ settings, stack }) {
      const entered = await readSecret(key.what);
      if (entered === settings[key.setting]) {
        throw new UserError(
          `This is the key that stack ${stack.name} uses now; nothing was changed.`,
        );
      }
      await key.check(entered, settings);
      given = entered;
    },
  };
}
