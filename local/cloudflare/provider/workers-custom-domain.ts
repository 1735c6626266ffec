import {
  checkProperties,
  optional,
  type ResourceType,
  text,
  UNKNOWN,
} from "@stripe-customer-sync/provider-kit";
import { type ApiSession, call, callOrGone } from "./api-session.ts";
import { asDeclared } from "./as-declared.ts";
import { diffDeclared } from "./diff-declared.ts";
import { storedOrImported } from "./import-id.ts";

type Inputs = {
  readonly accountId: string;
  readonly hostname: string;
  readonly service: string;
  readonly zoneId?: string;
  readonly zoneName?: string;
  readonly environment?: string;
};

const DECLARABLE = ["hostname", "service", "zoneId", "zoneName", "environment"] as const;

/**
 * A host name that belongs to a Worker. Every change replaces it: the new one is put and then the
 * old one deleted by its id, which is the same where the host name stays. A program that lets the
 * service change needs `deleteBeforeReplace`.
 */
export const workersCustomDomain: ResourceType<ApiSession, Inputs> = {
  check: (news) =>
    checkProperties<Inputs>(news, {
      accountId: text(),
      hostname: text(),
      service: text(),
      zoneId: optional(text()),
      zoneName: optional(text()),
      environment: optional(text()),
    }),

  diff: diffDeclared(["accountId", ...DECLARABLE]),

  async create(inputs, { client }, { preview }) {
    if (preview) return { id: "", outputs: { ...unknownOutputs, ...inputs } };
    const { accountId, hostname, service, zoneId, zoneName } = inputs;
    const made = await call(
      "attaching the domain",
      client.workers.domains.update({
        account_id: accountId,
        hostname,
        service,
        ...(zoneId !== undefined && { zone_id: zoneId }),
        ...(zoneName !== undefined && { zone_name: zoneName }),
      }),
    );
    return { id: String(made.id), outputs: { ...made, ...inputs } };
  },

  async read(stored, { client }) {
    const { id, ids, inputs } = storedOrImported(stored, ["accountId"], DECLARABLE);
    const params = { account_id: ids.accountId };
    const found = await callOrGone("reading the domain", client.workers.domains.get(id, params));
    if (!found) return undefined;
    const now = { ...(asDeclared(inputs, found) as Inputs), ...ids };
    return { id, inputs: now, outputs: { ...found, ...now } };
  },

  // Never called: everything replaces.
  async update({ oldOutputs }) {
    return oldOutputs;
  },

  async delete({ id, inputs }, { client }) {
    const params = { account_id: inputs.accountId };
    await call("detaching the domain", client.workers.domains.delete(id, params));
  },
};

const unknownOutputs = {
  environment: UNKNOWN,
  zoneId: UNKNOWN,
  zoneName: UNKNOWN,
  certId: UNKNOWN,
};
