import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { type CryptoKey, errors, exportJWK, generateKeyPair, importJWK, type JWK } from "jose";

export type SigningKeyStatus = "in_use" | "standby" | "previously_used" | "revoked";

/** A signing key as the Management API shows it: without its private part. */
export interface SigningKey {
  readonly id: string;
  readonly algorithm: string;
  readonly status: SigningKeyStatus;
  readonly public_jwk: JWK;
  readonly created_at: string;
  readonly updated_at: string;
}

/** A change that the API refuses; the message says why. */
export class SigningKeyError extends Error {
  override readonly name = "SigningKeyError";
}

const STATUSES: readonly SigningKeyStatus[] = ["in_use", "standby", "previously_used", "revoked"];

/**
 * The asymmetric keys of a project. Tokens hold while their key is not revoked; no token is
 * signed with them here: Supabase Auth signs with the project's secret.
 *
 * @see https://supabase.com/docs/guides/auth/signing-keys
 */
export class SigningKeys {
  readonly #file: string;
  #keys: readonly SigningKey[];

  constructor(file: string) {
    this.#file = file;
    this.#keys = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [];
  }

  get all(): readonly SigningKey[] {
    return this.#keys;
  }

  find(id: string): SigningKey | undefined {
    return this.#keys.find((key) => key.id === id);
  }

  /** Imports a key, or makes one where none is given. @throws SigningKeyError */
  async add(body: Readonly<Record<string, unknown>>): Promise<SigningKey> {
    const { algorithm, private_jwk, status = "standby" } = body;
    if (algorithm !== "ES256") {
      throw new SigningKeyError("algorithm: the local cloud knows ES256 only");
    }
    if (status !== "standby" && status !== "in_use") {
      throw new SigningKeyError("status: expected in_use or standby");
    }
    const id = randomUUID();
    const now = new Date().toISOString();
    const key: SigningKey = {
      id,
      algorithm,
      status,
      public_jwk: await publicPart(private_jwk, id),
      created_at: now,
      updated_at: now,
    };
    this.#keep([...this.#keys, key]);
    return key;
  }

  /** @throws SigningKeyError for a status that there is not */
  change(key: SigningKey, status: unknown): SigningKey {
    const known = STATUSES.find((each) => each === status);
    if (known === undefined) {
      throw new SigningKeyError(`status: expected one of ${STATUSES.join(", ")}`);
    }
    const changed = { ...key, status: known, updated_at: new Date().toISOString() };
    this.#keep(this.#keys.map((each) => (each.id === key.id ? changed : each)));
    return changed;
  }

  remove(key: SigningKey): void {
    this.#keep(this.#keys.filter(({ id }) => id !== key.id));
  }

  /** The key that a token names. @throws what means "the signature does not hold" */
  async verificationKey(algorithm: string, kid: string | undefined): Promise<CryptoKey> {
    const key = this.#keys.find(
      ({ id, public_jwk, status }) =>
        (id === kid || public_jwk.kid === kid) && status !== "revoked",
    );
    if (key?.algorithm !== algorithm) throw new errors.JWSSignatureVerificationFailed();
    return (await importJWK(key.public_jwk, algorithm)) as CryptoKey;
  }

  #keep(keys: readonly SigningKey[]): void {
    this.#keys = keys;
    writeFileSync(this.#file, JSON.stringify(keys, null, 2), { mode: 0o600 });
  }
}

async function publicPart(privateJwk: unknown, id: string): Promise<JWK> {
  if (privateJwk === undefined) {
    const { publicKey } = await generateKeyPair("ES256", { extractable: true });
    return { ...(await exportJWK(publicKey)), kid: id, alg: "ES256", use: "sig" };
  }
  const jwk = typeof privateJwk === "object" && privateJwk !== null ? (privateJwk as JWK) : {};
  const { kty, crv, x, y, d, kid = id } = jwk;
  if (kty !== "EC" || crv !== "P-256" || !x || !y || !d) {
    throw new SigningKeyError("private_jwk: expected a private key of the curve P-256");
  }
  return { kty, crv, x, y, kid, alg: "ES256", use: "sig" };
}
