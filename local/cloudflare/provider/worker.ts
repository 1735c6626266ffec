import {
  checkProperties,
  flag,
  list,
  optional,
  type ResourceType,
  record,
  text,
  UNKNOWN,
} from "@stripe-customer-sync/provider-kit";
import type {
  WorkerCreateParams,
  WorkerUpdateParams,
} from "cloudflare/resources/workers/beta/workers/workers";
import { anything } from "./anything.ts";
import { type ApiSession, call, callOrGone } from "./api-session.ts";
import { asDeclared } from "./as-declared.ts";
import { diffDeclared } from "./diff-declared.ts";
import { toApi } from "./field-names.ts";
import { storedOrImported } from "./import-id.ts";

type Inputs = {
  readonly accountId: string;
  readonly name: string;
  readonly logpush?: boolean;
  readonly observability?: Record<string, unknown>;
  readonly subdomain?: Record<string, unknown>;
  readonly tags?: readonly string[];
  readonly tailConsumers?: readonly Record<string, unknown>[];
};

const DECLARABLE = [
  "name",
  "logpush",
  "observability",
  "subdomain",
  "tags",
  "tailConsumers",
] as const;

/** A Worker without code: its name, its exposure on workers.dev, its observability. */
export const worker: ResourceType<ApiSession, Inputs> = {
  check: (news) =>
    checkProperties<Inputs>(news, {
      accountId: text(),
      name: text(),
      logpush: optional(flag()),
      observability: optional(record(anything())),
      subdomain: optional(record(anything())),
      tags: optional(list(text())),
      tailConsumers: optional(list(record(anything()))),
    }),

  diff: diffDeclared(["accountId"]),

  async create(inputs, { client }, { preview }) {
    if (preview) return { id: "", outputs: { ...inputs, ...unknownOutputs } };
    const params = toApi(inputs) as WorkerCreateParams;
    const made = await call("creating the Worker", client.workers.beta.workers.create(params));
    return { id: String(made.id), outputs: { ...made, ...inputs } };
  },

  async read(stored, { client }) {
    const { id, ids, inputs } = storedOrImported(stored, ["accountId"], DECLARABLE);
    const params = { account_id: ids.accountId };
    const found = await callOrGone(
      "reading the Worker",
      client.workers.beta.workers.get(id, params),
    );
    if (!found) return undefined;
    const now = { ...(asDeclared(inputs, found) as Inputs), accountId: ids.accountId };
    return { id: String(found.id), inputs: now, outputs: { ...found, ...now } };
  },

  async update({ id, newInputs, oldOutputs }, { client }, { preview }) {
    if (preview) return { ...oldOutputs, ...newInputs, updatedOn: UNKNOWN };
    const params = toApi(newInputs) as WorkerUpdateParams;
    const changed = await call(
      "updating the Worker",
      client.workers.beta.workers.update(id, params),
    );
    return { ...changed, ...newInputs };
  },

  async delete({ id, inputs }, { client }) {
    const params = { account_id: inputs.accountId };
    await call("deleting the Worker", client.workers.beta.workers.delete(id, params));
  },
};

const unknownOutputs = {
  createdOn: UNKNOWN,
  updatedOn: UNKNOWN,
  deployedOn: UNKNOWN,
  references: UNKNOWN,
};
