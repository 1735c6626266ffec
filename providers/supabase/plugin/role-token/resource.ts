import {
  checkProperties,
  diffProperties,
  integer,
  type Operation,
  optional,
  PartialFailure,
  type ResourceType,
  text,
  UNKNOWN,
  UserError,
  url,
} from "@stripe-customer-sync/provider-kit";
import type { ManagementApi } from "../management-api.ts";
import { partsOfId, resourceId } from "../resource-id.ts";
import { projectRefRule } from "../rules.ts";
import { createKeyPair, signToken, thumbprint } from "./key-pair.ts";
import { type FoundKey, SigningKeys, VERIFY_ONLY } from "./signing-keys.ts";
import { waitUntilAccepted } from "./wait-until-accepted.ts";

type Inputs = {
  readonly projectRef: string;
  readonly role: string;
  readonly validityDays: number;
  readonly earlyRenewalDays: number;
  readonly url?: string;
  readonly publishableKey?: string;
  /** Filled in by check: what the key's status must be. */
  readonly status: string;
  /** Filled in by check: always false in a program, so that a token about to expire is a change. */
  readonly readyForRenewal: boolean;
};

type Outputs = Omit<Inputs, "url" | "publishableKey" | "readyForRenewal"> & {
  readonly keyId: string;
  readonly kid: string;
  readonly fingerprint: string;
  readonly expiresAt: string;
  readonly token: string;
};

const DAY_MS = 86_400_000;
const DEFAULT_VALIDITY_DAYS = 365;
const DEFAULT_EARLY_RENEWAL_DAYS = 30;
const MOST_DAYS = 3_650;
/** PostgREST refuses a token from the future; this machine's clock may be ahead. */
const CLOCK_MARGIN_S = 60;

const rules = {
  projectRef: projectRefRule,
  role: text({ pattern: /^[a-z_][a-z0-9_]{0,62}$/, like: "a database role's name" }),
  validityDays: optional(integer({ atLeast: 1, atMost: MOST_DAYS }), DEFAULT_VALIDITY_DAYS),
  earlyRenewalDays: optional(integer({ atLeast: 0 }), DEFAULT_EARLY_RENEWAL_DAYS),
  url: optional(url()),
  publishableKey: optional(text()),
};

/** A signing key of a project, and the one token that was ever signed with it. */
export const roleToken: ResourceType<ManagementApi, Inputs, Outputs> = {
  secrets: ["token"],

  check(news) {
    const { inputs, failures } = checkProperties<Inputs>(news, rules);
    return {
      inputs: { ...inputs, status: VERIFY_ONLY, readyForRenewal: false },
      failures: [...failures, ...contradictions(inputs)],
    };
  },

  diff({ oldInputs, oldOutputs, newInputs }) {
    const olds = { ...oldInputs, readyForRenewal: isDue(oldOutputs, newInputs.earlyRenewalDays) };
    return diffProperties(olds, newInputs, {
      // A key that somebody revoked stays so, whatever the reason was.
      replaceOn: [
        "projectRef",
        "role",
        "validityDays",
        "readyForRenewal",
        ...(oldInputs.status === "revoked" ? ["status"] : []),
      ],
    });
  },

  async create(inputs, api, operation) {
    const { url: _, publishableKey: __, readyForRenewal: ___, ...shown } = inputs;
    if (operation.preview) {
      const unknown = {
        keyId: UNKNOWN,
        kid: UNKNOWN,
        fingerprint: UNKNOWN,
        expiresAt: UNKNOWN,
        token: UNKNOWN,
      };
      return { id: "", outputs: { ...shown, ...unknown } };
    }
    const pair = createKeyPair();
    const keys = new SigningKeys(api, inputs.projectRef, operation.signal);
    const key = await keys.importForVerification(pair);
    const kid = key.public_jwk.kid ?? key.id;
    const { claims, expiresAt } = claimsFor(inputs);
    // The private key is forgotten here: a second token can never be made with it.
    const token = signToken(pair.privateKey, kid, claims);
    const made = {
      id: resourceId(inputs.projectRef, key.id),
      outputs: {
        ...shown,
        keyId: key.id,
        kid,
        fingerprint: thumbprint(pair.privateJwk),
        expiresAt,
        token,
      },
    };
    await requireAccepted(inputs, made, operation);
    return made;
  },

  async read({ id, inputs, outputs }, api, { signal }) {
    if (inputs === undefined || outputs === undefined) {
      throw new UserError(
        "A role token cannot be imported: neither the key's private part nor the token can be " +
          "read back. Let pulumi up make a new one; then revoke the old key.",
      );
    }
    const [projectRef, keyId] = partsOfId(id, ["projectRef", "keyId"]);
    const found = await new SigningKeys(api, projectRef, signal).find(keyId);
    if (found === undefined) return undefined;
    const readyForRenewal = isDue(outputs, inputs.earlyRenewalDays);
    return {
      id,
      inputs: { ...inputs, projectRef, status: found.status, readyForRenewal },
      outputs: { ...outputs, status: found.status, ...publicPart(found, outputs) },
    };
  },

  async update({ id, oldOutputs, newInputs }, api, operation) {
    const { url: _, publishableKey: __, readyForRenewal: ___, ...shown } = newInputs;
    const outputs = { ...oldOutputs, ...shown };
    if (operation.preview) return outputs;
    if (oldOutputs.status !== VERIFY_ONLY) {
      const [projectRef, keyId] = partsOfId(id, ["projectRef", "keyId"]);
      await new SigningKeys(api, projectRef, operation.signal).setStatus(keyId, VERIFY_ONLY);
    }
    await requireAccepted(newInputs, { id, outputs }, operation);
    return outputs;
  },

  async delete({ id }, api, { signal }) {
    const [projectRef, keyId] = partsOfId(id, ["projectRef", "keyId"]);
    await new SigningKeys(api, projectRef, signal).remove(keyId);
  },
};

function contradictions({ validityDays, earlyRenewalDays, url, publishableKey }: Inputs) {
  const found = [];
  if (Number(earlyRenewalDays) >= Number(validityDays)) {
    found.push({
      property: "earlyRenewalDays",
      reason: '"earlyRenewalDays" must be less than "validityDays": the token would always be due',
    });
  }
  if ((url === undefined) !== (publishableKey === undefined)) {
    found.push({
      property: url === undefined ? "url" : "publishableKey",
      reason: '"url" and "publishableKey" belong together: give both or neither',
    });
  }
  return found;
}

function claimsFor({ projectRef: ref, role, validityDays }: Inputs) {
  const expiresAt = new Date(Date.now() + validityDays * DAY_MS);
  const exp = Math.floor(expiresAt.getTime() / 1_000);
  const iat = Math.floor(Date.now() / 1_000) - CLOCK_MARGIN_S;
  return {
    claims: { iss: "pulumi-supabase", ref, role, iat, exp },
    expiresAt: new Date(exp * 1_000).toISOString(),
  };
}

/** Whether the token is so near to its end that it must be renewed. */
function isDue({ expiresAt }: Outputs, earlyRenewalDays: number): boolean {
  return Date.now() >= Date.parse(expiresAt) - earlyRenewalDays * DAY_MS;
}

/** The key that stands there under the id, which may be another one than was made. */
function publicPart({ public_jwk }: FoundKey, { fingerprint, kid }: Outputs) {
  const isShown = public_jwk.x !== undefined && public_jwk.y !== undefined;
  return {
    fingerprint: isShown ? thumbprint(public_jwk) : fingerprint,
    kid: public_jwk.kid ?? kid,
  };
}

async function requireAccepted(
  { url, publishableKey }: Inputs,
  made: { readonly id: string; readonly outputs: Outputs },
  operation: Operation,
): Promise<void> {
  if (url === undefined || publishableKey === undefined) return;
  try {
    await waitUntilAccepted(made.outputs.token, { url, publishableKey }, operation);
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    throw new PartialFailure({ ...made, reasons: [cause.message], cause });
  }
}
