import type { SupabaseProjectServer } from "../project/supabase-project.ts";

const SHOWN_CHARACTERS = 15;

/** `GET …/api-keys`: without `reveal`, secret keys are cut after their beginning. */
export function apiKeys({ tenant, keys }: SupabaseProjectServer, reveal: boolean) {
  const legacy = (name: string, api_key: string) => ({
    id: name,
    type: "legacy",
    name,
    api_key,
    prefix: api_key.slice(0, 5),
    description: `Legacy ${name} API key`,
  });
  const opaque = (type: "publishable" | "secret", api_key: string) => ({
    id: `${tenant.ref}-${type}`,
    type,
    name: "default",
    api_key: reveal || type === "publishable" ? api_key : masked(api_key),
    prefix: api_key.slice(`sb_${type}_`.length).slice(0, 5),
    description: null,
  });
  return [
    legacy("anon", keys.legacyAnonKey),
    legacy("service_role", keys.legacyServiceRoleKey),
    opaque("publishable", keys.publishableKey),
    opaque("secret", keys.secretKey),
  ];
}

function masked(key: string): string {
  return key.slice(0, SHOWN_CHARACTERS).padEnd(key.length, "·");
}
