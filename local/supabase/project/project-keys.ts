import { createHmac } from "node:crypto";
import type { SupabaseTenant } from "../../tenants.ts";

/** The keys of a project. The same secret always gives the same keys. */
export interface ProjectKeys {
  /** `sb_publishable_…`: role anon. */
  readonly publishableKey: string;
  /** `sb_secret_…`: role service_role. */
  readonly secretKey: string;
  /** A JWT with role anon: an API key of the old kind. */
  readonly legacyAnonKey: string;
  /** A JWT with role service_role: an API key of the old kind. */
  readonly legacyServiceRoleKey: string;
  /** A JWT with role stripe_sync_worker, for `Authorization: Bearer`. */
  readonly workerKey: string;
}

/** 2025-01-01 and 2100-01-01, in seconds: fixed, so that a restart issues the same tokens. */
const ISSUED_AT = 1_735_689_600;
const EXPIRES_AT = 4_102_444_800;

export function projectKeys({ ref, jwtSecret }: SupabaseTenant): ProjectKeys {
  const opaque = (type: string) =>
    `sb_${type}_${createHmac("sha256", jwtSecret).update(`${ref} ${type}`).digest("base64url").slice(0, 22)}`;
  const token = (role: string) =>
    signToken({ iss: "supabase", ref, role, iat: ISSUED_AT, exp: EXPIRES_AT }, jwtSecret);
  return {
    publishableKey: opaque("publishable"),
    secretKey: opaque("secret"),
    legacyAnonKey: token("anon"),
    legacyServiceRoleKey: token("service_role"),
    workerKey: token("stripe_sync_worker"),
  };
}

/** A JWT signed with HS256. @see https://www.rfc-editor.org/rfc/rfc7519 */
export function signToken(claims: Readonly<Record<string, unknown>>, secret: string): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}
