import { type JWTPayload, jwtVerify } from "jose";
import type { SupabaseTenant } from "../../tenants.ts";
import type { Credentials } from "../rest/caller.ts";
import type { ProjectKeys } from "./project-keys.ts";
import type { SigningKeys } from "./signing-keys.ts";

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
  return {
    claimsOfKey(key) {
      const role = roles.get(key);
      return role === undefined ? undefined : { role };
    },
    async verifyToken(token): Promise<JWTPayload> {
      const { payload } = await jwtVerify(
        token,
        async ({ alg, kid }) => (alg === "HS256" ? secret : signingKeys.verificationKey(alg, kid)),
        { algorithms: ["HS256", "ES256"] },
      );
      return payload;
    },
  };
}
