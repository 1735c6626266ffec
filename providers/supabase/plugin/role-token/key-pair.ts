import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";

/** A key pair of the curve P-256 that lives in this process only. */
export interface KeyPair {
  readonly privateKey: KeyObject;
  /** As the Management API takes it; holds the private part. */
  readonly privateJwk: Readonly<Record<string, unknown>> & {
    readonly kid: string;
    readonly x: string;
    readonly y: string;
  };
}

export function createKeyPair(): KeyPair {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { kty, crv, x = "", y = "", d } = privateKey.export({ format: "jwk" });
  const usage = { alg: "ES256", use: "sig", key_ops: ["sign", "verify"], ext: true };
  return { privateKey, privateJwk: { kid: randomUUID(), ...usage, kty, crv, x, y, d } };
}

/**
 * A JSON Web Token signed with ES256.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7519
 */
export function signToken(
  privateKey: KeyObject,
  kid: string,
  claims: Readonly<Record<string, unknown>>,
): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg: "ES256", typ: "JWT", kid })}.${part(claims)}`;
  const key = { key: privateKey, dsaEncoding: "ieee-p1363" } as const;
  return `${signed}.${sign("sha256", Buffer.from(signed), key).toString("base64url")}`;
}

/**
 * The thumbprint of a public key: names it, and tells nothing about the private one.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7638
 */
export function thumbprint({ x, y }: { readonly x?: string; readonly y?: string }): string {
  const members = JSON.stringify({ crv: "P-256", kty: "EC", x, y });
  return createHash("sha256").update(members).digest("base64url");
}
