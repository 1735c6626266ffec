import {
  checkProperties,
  flag,
  integer,
  list,
  oneOf,
  optional,
  type Properties,
  type ResourceType,
  shape,
  text,
  UNKNOWN,
} from "@stripe-customer-sync/provider-kit";
import type { DeploymentCreateParams } from "cloudflare/resources/workers/scripts/deployments";
import { type ApiSession, call, callOrGone } from "./api-session.ts";
import { asDeclared } from "./as-declared.ts";
import { toApi } from "./field-names.ts";
import { storedOrImported } from "./import-id.ts";

type Inputs = {
  readonly accountId: string;
  readonly scriptName: string;
  readonly strategy: string;
  readonly versions: readonly { readonly versionId: string; readonly percentage: number }[];
  readonly annotations?: Properties;
  readonly force?: boolean;
};

const DECLARABLE = ["strategy", "versions"] as const;

/** Which versions are live. Immutable; a newer one made by somebody else is not seen. */
export const workersDeployment: ResourceType<ApiSession, Inputs> = {
  check: (news) =>
    checkProperties<Inputs>(news, {
      accountId: text(),
      scriptName: text(),
      strategy: oneOf("percentage"),
      versions: list(
        shape({ versionId: text(), percentage: integer({ atLeast: 0, atMost: 100 }) }),
        { atLeast: 1 },
      ),
      annotations: optional(shape({ workersMessage: optional(text()) })),
      force: optional(flag()),
    }),

  replaceOn: ["accountId", "scriptName", "annotations", "force", ...DECLARABLE],

  async create(inputs, { client }, { preview }) {
    if (preview) return { id: "", outputs: { ...inputs, ...unknownOutputs } };
    const { scriptName, ...rest } = inputs;
    const made = await call(
      "creating the deployment",
      client.workers.scripts.deployments.create(
        scriptName,
        toApi(rest) as unknown as DeploymentCreateParams,
      ),
    );
    return { id: String(made.id), outputs: { ...made, ...inputs } };
  },

  async read(stored, { client }) {
    const { id, ids, inputs } = storedOrImported(stored, ["accountId", "scriptName"], DECLARABLE);
    const found = await callOrGone(
      "reading the deployment",
      client.workers.scripts.deployments.get(id, {
        account_id: ids.accountId,
        script_name: ids.scriptName,
      }),
    );
    if (!found) return undefined;
    const { force, annotations } = inputs;
    const now: Inputs = {
      ...(asDeclared(inputs, found) as Inputs),
      ...ids,
      ...(force !== undefined && { force: force as boolean }),
      ...(annotations !== undefined && { annotations: annotations as Properties }),
    };
    return { id: String(found.id), inputs: now, outputs: { ...found, ...now } };
  },

  // Never called: everything replaces.
  async update({ oldOutputs }) {
    return oldOutputs;
  },

  // What is live cannot be taken back, only followed by another: no call.
  async delete() {},
};

const unknownOutputs = { createdOn: UNKNOWN, source: UNKNOWN, authorEmail: UNKNOWN };
