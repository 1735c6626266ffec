import { redact, UserError } from "@stripe-customer-sync/provider-kit";
import type { SettingValues } from "../../stacks/setting-values.ts";
import type { OpenStack } from "../stack/open-stack.ts";
import { deployStack } from "./deploy-stack.ts";
import { readDeployedSecrets } from "./deployed-secrets.ts";
import type { RotatedSetting, RotatingStack } from "./rotation.ts";

const PLAIN: ReadonlySet<RotatedSetting> = new Set(["workerKeys", "stripeEndpoints"]);

/** Reads where the stack's secrets are now. */
export async function openRotatingStack(stack: OpenStack): Promise<RotatingStack> {
  const { engine } = stack;
  let settings: SettingValues = stack.settings;
  return {
    stack,
    deployed: await readDeployedSecrets(engine),
    get settings() {
      return settings;
    },
    async write(key, value) {
      const { exitCode, output } =
        value === undefined
          ? await engine.run("config", "rm", key)
          : await engine.runWithInput(
              value,
              ...["config", "set", PLAIN.has(key) ? "--plaintext" : "--secret", key],
            );
      if (exitCode !== 0) {
        const said = redact(output, value === undefined ? [] : [value]).trim();
        throw new UserError(`The setting ${key} of stack ${stack.name} was not changed: ${said}`);
      }
      settings = { ...settings, [key]: value };
    },
    deploy: () => deployStack(engine),
  };
}
