import {
  checkProperties,
  list,
  optional,
  type Properties,
  type ResourceType,
  record,
  secret,
  shape,
  text,
  UNKNOWN,
} from "@stripe-customer-sync/provider-kit";
import type { VersionCreateParams } from "cloudflare/resources/workers/beta/workers/versions";
import { anything } from "./anything.ts";
import { type ApiSession, call, callOrGone } from "./api-session.ts";
import { asDeclared } from "./as-declared.ts";
import { toApi } from "./field-names.ts";
import { storedOrImported } from "./import-id.ts";

type Inputs = {
  readonly accountId: string;
  readonly workerId: string;
  readonly mainModule?: string;
  readonly modules?: readonly Module[];
  readonly compatibilityDate?: string;
  readonly compatibilityFlags?: readonly string[];
  readonly usageModel?: string;
  readonly bindings?: readonly Binding[];
  readonly annotations?: Properties;
  readonly placement?: Properties;
  readonly limits?: Properties;
};
type Module = {
  readonly name: string;
  readonly contentType: string;
  readonly contentBase64: string;
};
type Binding = Properties & { readonly name: string; readonly type: string };

const DECLARABLE = [
  "mainModule",
  "modules",
  "compatibilityDate",
  "compatibilityFlags",
  "usageModel",
  "bindings",
  "annotations",
  "placement",
  "limits",
] as const;

/** Code with its bindings. Immutable: every change makes a new one, and old ones stay. */
export const workerVersion: ResourceType<ApiSession, Inputs> = {
  check: (news) =>
    checkProperties<Inputs>(news, {
      accountId: text(),
      workerId: text(),
      mainModule: optional(text()),
      // Not contentFile: the official provider reads the local file at every refresh.
      modules: optional(
        list(shape({ name: text(), contentType: text(), contentBase64: text({ atLeast: 0 }) })),
      ),
      compatibilityDate: optional(text()),
      compatibilityFlags: optional(list(text())),
      usageModel: optional(text()),
      // Never shown, not even in a message about another property of it.
      bindings: optional(secret(list(record(anything())))),
      annotations: optional(
        shape({
          workersMessage: optional(text({ atMost: 1000 })),
          workersTag: optional(text({ atMost: 100 })),
        }),
      ),
      placement: optional(record(anything())),
      limits: optional(record(anything())),
    }),

  replaceOn: ["accountId", "workerId", ...DECLARABLE],

  async create(inputs, { client }, { preview }) {
    if (preview) return { id: "", outputs: { ...inputs, ...unknownOutputs } };
    const { workerId, ...rest } = inputs;
    const body = toApi({ usageModel: "standard", ...rest }) as VersionCreateParams;
    const made = await call(
      "creating the version",
      client.workers.beta.workers.versions.create(workerId, body),
    );
    return { id: String(made.id), outputs: withInputs(made, inputs) };
  },

  async read(stored, { client }) {
    const { id, ids, inputs } = storedOrImported(stored, ["accountId", "workerId"], DECLARABLE);
    const found = await callOrGone(
      "reading the version",
      client.workers.beta.workers.versions.get(id, {
        account_id: ids.accountId,
        worker_id: ids.workerId,
        include: "modules",
      }),
    );
    if (!found) return undefined;
    const declared = inputs as Partial<Inputs>;
    const now: Inputs = {
      ...(asDeclared(inputs, found) as Inputs),
      ...ids,
      ...(declared.bindings && { bindings: knownBindings(declared.bindings, found.bindings) }),
      ...(declared.modules && { modules: knownModules(declared.modules, found.modules) }),
    };
    return { id: String(found.id), inputs: now, outputs: withInputs(found, now) };
  },

  // Never called: everything replaces.
  async update({ oldOutputs }) {
    return oldOutputs;
  },

  // The platform keeps old versions, and so the official provider makes no call.
  async delete() {},
};

const unknownOutputs = {
  createdOn: UNKNOWN,
  number: UNKNOWN,
  source: UNKNOWN,
  startupTimeMs: UNKNOWN,
  urls: UNKNOWN,
  authorEmail: UNKNOWN,
};

function withInputs(answer: Properties, inputs: Inputs): Properties {
  return { ...answer, ...inputs };
}

/**
 * The server's bindings in its order, with the texts of the state: a secret's text is not answered,
 * and the official provider does not compare the texts of plain ones either.
 */
function knownBindings(declared: readonly Binding[], answered: unknown): readonly Binding[] {
  return ((answered ?? []) as readonly Binding[]).map(
    (binding) =>
      declared.find(({ name, type }) => name === binding.name && type === binding.type) ?? binding,
  );
}

/** The declared modules with the server's content; an additional one is not looked at. */
function knownModules(declared: readonly Module[], answered: unknown): readonly Module[] {
  const found = (answered ?? []) as readonly Module[];
  return declared.flatMap((module) => {
    const actual = found.find(({ name }) => name === module.name);
    return actual ? [asDeclared(module, actual) as Module] : [];
  });
}
