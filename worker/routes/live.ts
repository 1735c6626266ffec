import { Refusal } from "../http/refusal.ts";
import { requireBearer } from "../http/require-bearer.ts";
import { type Bindings, PLAIN_BINDINGS } from "../settings/bindings.ts";
import { fingerprint } from "../settings/fingerprint.ts";
import { readOperatorSettings } from "../settings/operator-settings.ts";

/**
 * `GET /live?nonce=…`: which version this is and a keyed fingerprint of every secret it holds,
 * known to the stack or not. Needs no other binding, so that it can also tell what is missing.
 * The nonce comes back, which proves that no cache answered.
 *
 * @throws Refusal 401, 400; SettingsError
 */
export async function live(request: Request, bindings: Bindings): Promise<Response> {
  const { operatorToken, fingerprintKey, version } = readOperatorSettings(bindings);
  await requireBearer(request, [operatorToken]);
  const nonce = new URL(request.url).searchParams.get("nonce") ?? "";
  if (!/^[\w-]{1,128}$/.test(nonce)) {
    throw new Refusal(400, "invalid_nonce", "nonce must be 1 to 128 letters, digits, _ or -.");
  }
  const fingerprints = await fingerprintsOf(bindings, fingerprintKey);
  return Response.json(
    { nonce, version, fingerprints },
    { headers: { "cache-control": "no-store" } },
  );
}

async function fingerprintsOf(bindings: Bindings, key: string): Promise<Record<string, string>> {
  const secrets = Object.entries(bindings)
    .filter((entry): entry is [string, string] => typeof entry[1] === "string")
    .filter(([name]) => !PLAIN_BINDINGS.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const fingerprints = secrets.map(
    async ([name, value]) => [name, await fingerprint(key, name, value)] as const,
  );
  return Object.fromEntries(await Promise.all(fingerprints));
}
