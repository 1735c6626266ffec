import { UserError } from "@stripe-customer-sync/provider-kit";
import { CallError, type ManagementApi, type Permission } from "../management-api.ts";
import type { KeyPair } from "./key-pair.ts";

/** A key as the API shows it, without its private part. */
export interface FoundKey {
  /** By which the API knows it. */
  readonly id: string;
  /** `in_use`, `standby`, `previously_used` or `revoked`. */
  readonly status: string;
  readonly public_jwk: PublicJwk;
}

export interface PublicJwk {
  readonly kid?: string;
  readonly x?: string;
  readonly y?: string;
}

/** Accepted for verification, never used for signing. */
export const VERIFY_ONLY = "previously_used";

const READ: Permission = {
  to: "read the signing keys",
  name: "auth_signing_keys:read (or, for a personal token, a role in the organization that may)",
};
const WRITE: Permission = {
  to: "change the signing keys",
  name: "auth_signing_keys:write (or, for a personal token, a role in the organization that may)",
};

/**
 * The JWT signing keys of a project.
 *
 * @see https://supabase.com/docs/guides/auth/signing-keys
 */
export class SigningKeys {
  readonly #api: ManagementApi;
  readonly #projectRef: string;
  readonly #signal: AbortSignal;

  constructor(api: ManagementApi, projectRef: string, signal: AbortSignal) {
    this.#api = api;
    this.#projectRef = projectRef;
    this.#signal = signal;
  }

  /** Undefined for a key that is not there, or no more. */
  async find(id: string): Promise<FoundKey | undefined> {
    return (await this.#all()).find((key) => key.id === id);
  }

  /**
   * Makes the project accept what the key signs. Supabase Auth itself never signs with it: a key
   * comes in as `standby`, and is then declared to be one of the past.
   */
  async importForVerification(pair: KeyPair): Promise<FoundKey> {
    const imported = await this.#import(pair);
    return this.setStatus(imported.id, VERIFY_ONLY);
  }

  async setStatus(id: string, status: string): Promise<FoundKey> {
    const answer = await this.#call("PATCH", `/${id}`, {
      purpose: `make the signing key ${id} ${status}`,
      permission: WRITE,
      body: { status },
    });
    return keyOf(answer);
  }

  /** Nothing that the key has signed is accepted from now on. A key that is gone is fine. */
  async remove(id: string): Promise<void> {
    try {
      // A key that still holds is not deleted by the platform.
      await this.setStatus(id, "revoked");
      await this.#call("DELETE", `/${id}`, {
        purpose: `delete the signing key ${id}`,
        permission: WRITE,
      });
    } catch (error) {
      if (!(error instanceof CallError) || error.status !== 404) throw error;
      if ((await this.find(id)) !== undefined) throw error;
    }
  }

  async #import(pair: KeyPair): Promise<FoundKey> {
    try {
      const answer = await this.#call("POST", "", {
        purpose: "import a signing key",
        permission: WRITE,
        body: { algorithm: "ES256", status: "standby", private_jwk: pair.privateJwk },
      });
      return keyOf(answer);
    } catch (error) {
      const isLost =
        error instanceof CallError && (error.status === undefined || error.status >= 500);
      if (!isLost) throw error;
      // The import may have been made all the same: nobody else has this key.
      const { x, y } = pair.privateJwk;
      const made = (await this.#all()).find(
        ({ public_jwk }) => public_jwk.x === x && public_jwk.y === y,
      );
      if (made === undefined) throw error;
      return made;
    }
  }

  async #all(): Promise<readonly FoundKey[]> {
    const answer = await this.#call("GET", "", {
      purpose: "read the signing keys",
      permission: READ,
    });
    const keys = isObject(answer) && Array.isArray(answer.keys) ? answer.keys : undefined;
    if (keys === undefined) throw unreadable();
    return keys.map(keyOf);
  }

  #call(
    method: "GET" | "POST" | "PATCH" | "DELETE",
    path: string,
    call: { purpose: string; permission: Permission; body?: unknown },
  ): Promise<unknown> {
    return this.#api.call(
      this.#projectRef,
      { ...call, method, path: `/config/auth/signing-keys${path}` },
      this.#signal,
    );
  }
}

function keyOf(answer: unknown): FoundKey {
  if (!isObject(answer)) throw unreadable();
  const { id, status, public_jwk } = answer;
  if (typeof id !== "string" || typeof status !== "string") throw unreadable();
  return { id, status, public_jwk: isObject(public_jwk) ? publicPart(public_jwk) : {} };
}

function publicPart({ kid, x, y }: Record<string, unknown>): PublicJwk {
  return {
    ...(typeof kid === "string" ? { kid } : {}),
    ...(typeof x === "string" ? { x } : {}),
    ...(typeof y === "string" ? { y } : {}),
  };
}

function unreadable(): UserError {
  return new UserError(
    "The Supabase Management API described its signing keys in an unknown way: is " +
      "supabase:endpoint the address of a Supabase Management API?",
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
