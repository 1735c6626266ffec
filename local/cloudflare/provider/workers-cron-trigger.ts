import {
  checkProperties,
  list,
  type ResourceType,
  shape,
  text,
} from "@stripe-customer-sync/provider-kit";
import { type ApiSession, call, callOrGone } from "./api-session.ts";
import { storedOrImported } from "./import-id.ts";

type Inputs = {
  readonly accountId: string;
  readonly scriptName: string;
  readonly schedules: readonly { readonly cron: string }[];
};

/** All schedules of a Worker. What somebody changes by hand is not seen. */
export const workersCronTrigger: ResourceType<ApiSession, Inputs> = {
  check: (news) =>
    checkProperties<Inputs>(news, {
      accountId: text(),
      scriptName: text(),
      schedules: list(shape({ cron: text() })),
    }),

  replaceOn: ["accountId", "scriptName"],

  async create(inputs, { client }, { preview }) {
    if (!preview) await put(client, inputs);
    return { id: inputs.scriptName, outputs: inputs };
  },

  async read(stored, { client }) {
    const { id, ids, inputs } = storedOrImported(stored, ["accountId"], ["schedules"]);
    const params = { account_id: ids.accountId };
    const found = await callOrGone(
      "reading the schedules",
      client.workers.scripts.schedules.get(id, params),
    );
    if (!found) return undefined;
    // The official provider asks, and then keeps what the state has.
    const now = { ...inputs, ...ids, scriptName: id } as Inputs;
    return { id, inputs: now, outputs: now };
  },

  async update({ newInputs }, { client }, { preview }) {
    if (!preview) await put(client, newInputs);
    return newInputs;
  },

  async delete({ id }, _, { log }) {
    await log.warning(
      `The schedules of ${id} stay on the platform: only deleting the Worker removes them.`,
    );
  },
};

async function put(client: ApiSession["client"], inputs: Inputs): Promise<void> {
  await call(
    "setting the schedules",
    client.workers.scripts.schedules.update(inputs.scriptName, {
      account_id: inputs.accountId,
      body: inputs.schedules.map(({ cron }) => ({ cron })),
    }),
  );
}
