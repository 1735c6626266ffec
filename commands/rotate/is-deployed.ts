import { fingerprint } from "@stripe-customer-sync/provider-kit/fingerprint";
import { readEndpoints, readGenerations } from "../../stacks/generations.ts";
import type { SettingValues } from "../../stacks/setting-values.ts";
import type { DeployedSecrets } from "./deployed-secrets.ts";
import type { RotatingStack } from "./rotation.ts";

/**
 * Whether the secrets that the settings name are those that the last update made live and checked.
 * Decides only whether an update can be passed over.
 */
export function isDeployed({
  settings,
  deployed,
}: Pick<RotatingStack, "settings" | "deployed">): boolean {
  return deployed.isWhole && undeployedSecrets(settings, deployed).length === 0;
}

/** Names of what differs: bindings of the Worker, and what else holds or makes a secret. */
export function undeployedSecrets(settings: SettingValues, deployed: DeployedSecrets): string[] {
  const expected = expectedBindings(settings, deployed);
  const bindings = Object.keys(expected).filter((name) => {
    const value = expected[name];
    const print =
      value === undefined ? undefined : fingerprint(settings.fingerprintKey, name, value);
    return print !== deployed.fingerprints[name];
  });
  return [
    ...bindings,
    ...(isVaultDeployed(settings, deployed) ? [] : ["the token in Vault"]),
    ...(areKeysDeployed(settings, deployed) ? [] : ["workerKeys"]),
    ...(areEndpointsDeployed(settings, deployed) ? [] : ["stripeEndpoints"]),
  ];
}

function expectedBindings(settings: SettingValues, deployed: DeployedSecrets) {
  const [currentEndpoint, otherEndpoint] = readEndpoints(settings.stripeEndpoints)
    .map(({ generation }) => deployed.endpoints.get(generation)?.secret)
    .reverse();
  const newestKey = readGenerations(settings.workerKeys).at(-1);
  const expected: Readonly<Record<string, string | undefined>> = {
    WEBHOOK_TOKEN: settings.webhookToken,
    WEBHOOK_TOKEN_PREVIOUS: settings.webhookTokenPrevious,
    STRIPE_API_KEY: settings.stripeWorkerKey,
    SUPABASE_KEY: settings.supabaseWorkerKey ?? deployed.workerKeys.get(newestKey ?? 0),
    STRIPE_WEBHOOK_SECRET: currentEndpoint,
    STRIPE_WEBHOOK_SECRET_PREVIOUS: otherEndpoint ?? settings.stripeSigningSecretPrevious,
  };
  return expected;
}

function isVaultDeployed(settings: SettingValues, { vault }: DeployedSecrets): boolean {
  if (vault === undefined) return false;
  const { fingerprintKey, webhookToken } = settings;
  return vault.fingerprint === fingerprint(fingerprintKey, vault.name, webhookToken);
}

function areKeysDeployed(settings: SettingValues, { workerKeys }: DeployedSecrets): boolean {
  const wanted =
    settings.supabaseWorkerKey === undefined ? readGenerations(settings.workerKeys) : [];
  return wanted.length === workerKeys.size && wanted.every((each) => workerKeys.has(each));
}

/** Which one listens to what: the silent one alone does not hear of new customers. */
function areEndpointsDeployed(settings: SettingValues, { endpoints }: DeployedSecrets): boolean {
  const wanted = readEndpoints(settings.stripeEndpoints);
  return (
    wanted.length === endpoints.size &&
    wanted.every(({ generation, silent }) => {
      const events = endpoints.get(generation)?.enabledEvents;
      return events !== undefined && events.includes("customer.created") !== silent;
    })
  );
}
