import {
  checkProperties,
  optional,
  type ResourceType,
  text,
} from "@stripe-customer-sync/provider-kit";
import { type ApiSession, call, callOrGone } from "./api-session.ts";
import { asDeclared } from "./as-declared.ts";
import { storedOrImported } from "./import-id.ts";

type Inputs = {
  readonly zoneId: string;
  readonly pattern: string;
  readonly script?: string;
};

/** A URL pattern of a zone that a Worker answers. */
export const workersRoute: ResourceType<ApiSession, Inputs> = {
  check: (news) =>
    checkProperties<Inputs>(news, { zoneId: text(), pattern: text(), script: optional(text()) }),

  replaceOn: ["zoneId"],

  async create(inputs, { client }, { preview }) {
    if (preview) return { id: "", outputs: inputs };
    const made = await call("creating the route", client.workers.routes.create(parameters(inputs)));
    return { id: String(made.id), outputs: inputs };
  },

  async read(stored, { client }) {
    const { id, ids, inputs } = storedOrImported(stored, ["zoneId"], ["pattern", "script"]);
    const params = { zone_id: ids.zoneId };
    const found = await callOrGone("reading the route", client.workers.routes.get(id, params));
    if (!found) return undefined;
    const now = { ...(asDeclared(inputs, found) as Inputs), ...ids };
    return { id, inputs: now, outputs: now };
  },

  async update({ id, newInputs }, { client }, { preview }) {
    if (!preview) {
      await call("updating the route", client.workers.routes.update(id, parameters(newInputs)));
    }
    return newInputs;
  },

  async delete({ id, inputs }, { client }) {
    await call("deleting the route", client.workers.routes.delete(id, { zone_id: inputs.zoneId }));
  },
};

function parameters({ zoneId, pattern, script }: Inputs) {
  return { zone_id: zoneId, pattern, ...(script !== undefined && { script }) };
}
