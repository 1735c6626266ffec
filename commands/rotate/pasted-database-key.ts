import { UserError } from "@stripe-customer-sync/provider-kit";
import type { SettingValues } from "../../stacks/setting-values.ts";
import { givenKeyRotation } from "./given-key.ts";

const REQUEST_MS = 10_000;
const SECRET_KEY = "sb_secret_";

/** The Worker's database credential, where it was made elsewhere and put into the settings. */
export const pastedDatabaseKey = givenKeyRotation({
  what: "the new database credential for the Worker (without supabaseWorkerKey the stack makes one)",
  setting: "supabaseWorkerKey",
  previous: "supabaseWorkerKeyPrevious",
  check: async (key, settings) => {
    const status = await statusWith(key, settings);
    if (status === 200) return;
    throw new UserError(
      `With this key the project answers ${status} to stripe_sync_health; nothing was changed. It ` +
        "must be an sb_secret_ key of the project or a token of role stripe_sync_worker.",
    );
  },
  isAccepted: async (key, settings) => (await statusWith(key, settings)) !== 401,
  whereToRevoke: (key) =>
    key.startsWith(SECRET_KEY)
      ? `delete the secret key ${SECRET_KEY}…${key.slice(-4)} in the Supabase dashboard, Project Settings, API Keys`
      : "revoke the key that signed the old token in the Supabase dashboard, Project Settings, JWT Keys",
});

/** Of a call that the Worker itself makes and that changes nothing. */
async function statusWith(key: string, settings: SettingValues): Promise<number> {
  const url = settings.supabaseUrl ?? `https://${settings.supabaseProjectRef}.supabase.co`;
  const credentials: Record<string, string> = key.startsWith(SECRET_KEY)
    ? { apikey: key }
    : { apikey: settings.supabasePublishableKey, authorization: `Bearer ${key}` };
  try {
    const response = await fetch(`${url}/rest/v1/rpc/stripe_sync_health`, {
      method: "POST",
      headers: { "content-type": "application/json", ...credentials },
      body: "{}",
      redirect: "error",
      signal: AbortSignal.timeout(REQUEST_MS),
    });
    await response.arrayBuffer();
    return response.status;
  } catch (cause) {
    throw new UserError(`No answer from ${url}; nothing was changed.`, { cause });
  }
}
