import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { credentialsOf } from "../../../local/supabase/project/credentials.ts";
import { projectKeys } from "../../../local/supabase/project/project-keys.ts";
import { SigningKeys } from "../../../local/supabase/project/signing-keys.ts";
import { sandboxTenant } from "../../../local/tenants.ts";

let folder: string;
let signingKeys: SigningKeys;
let verify: (token: string) => Promise<unknown>;
/** A token that one of the project's keys has signed, and that was taken once. */
let token: string;
let keyId: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "credentials-"));
  signingKeys = new SigningKeys(join(folder, "keys.json"));
  const { supabase } = sandboxTenant;
  verify = credentialsOf(supabase, projectKeys(supabase), signingKeys).verifyToken;
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const { id } = await signingKeys.add({
    algorithm: "ES256",
    private_jwk: await exportJWK(privateKey),
  });
  keyId = id;
  token = await new SignJWT({ role: "somebody" })
    .setProtectedHeader({ alg: "ES256", kid: id })
    .setExpirationTime("1 minute")
    .sign(privateKey);
  expect(await verify(token)).toMatchObject({ role: "somebody" });
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

test("a token whose signature is remembered gives the same claims", async () => {
  expect(await verify(token)).toMatchObject({ role: "somebody" });
});

// Seen to fail without the comparison of the keys in credentials.ts.
test("a remembered token ends with its revoked key", async () => {
  const key = signingKeys.find(keyId);
  if (key !== undefined) signingKeys.change(key, "revoked");
  await expect(verify(token)).rejects.toThrow("signature verification failed");
});

// Seen to fail without `isOver` in credentials.ts.
test("a remembered token ends at its time", async () => {
  vi.useFakeTimers({ now: Date.now() + 61_000, toFake: ["Date"] });
  await expect(verify(token)).rejects.toThrow('"exp" claim timestamp check failed');
});

test("one letter less is another token", async () => {
  await expect(verify(token.slice(0, -1))).rejects.toThrow();
});
