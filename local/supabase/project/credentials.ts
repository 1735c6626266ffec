import { type JWTPayload, jwtVerify } from "jose";
import type { SupabaseTenant } from "../../tenants.ts";
import type { Credentials } from "../rest/caller.ts";
import type { ProjectKeys } from "./project-keys.ts";
import type { SigningKeys } from "./signing-keys.ts";

/** Tokens whose signature is remembered, as PostgREST does. */
const MOST_REMEMBERED = 1_000;

/** What opens a project: its API keys, and tokens signed with its secret or its signing keys. */
export function credentialsOf(
  { jwtSecret }: SupabaseTenant,
  keys: ProjectKeys,
  signingKeys: SigningKeys,
): Credentials {
  const secret = new TextEncoder().encode(jwtSecret);
  const roles = new Map([
    [keys.publishableKey, "anon"],
    [keys.legacyAnonKey, "anon"],
    [keys.secretKey, "service_role"],
    [keys.legacyServiceRoleKey, "service_role"],
  ]);
  /** Holds while the signing keys are the same: one of them may have been revoked. */
  const remembered = new Map<string, { payload: JWTPayload; keys: SigningKeys["all"] }>();
  return {
    claimsOfKey(key) {
      const role = roles.get(key);
      return role === undefined ? undefined : { role };
    },
    async verifyToken(token): Promise<JWTPayload> {
      const known = remembered.get(token);
      if (known?.keys === signingKeys.all && !isOver(known.payload)) return known.payload;
      const keys = signingKeys.all;
      const { payload } = await jwtVerify(
        token,
        async ({ alg, kid }) => (alg === "HS256" ? secret : signingKeys.verificationKey(alg, kid)),
        { algorithms: ["HS256", "ES256"] },
      );
      if (remembered.size >= MOST_REMEMBERED) remembered.clear();
      remembered.set(token, { payload, keys });
      return payload;
    },
  };
}

function isOver({ exp }: JWTPayload): boolean {
  return exp !== undefined && exp * 1_000 <= Date.now();
}
