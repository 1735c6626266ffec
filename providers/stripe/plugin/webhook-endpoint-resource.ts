import { randomUUID } from "node:crypto";
import {
  diffProperties,
  type Operation,
  PartialFailure,
  type ResourceType,
  UNKNOWN,
  UserError,
} from "@stripe-customer-sync/provider-kit";
import { alteration, creation, inputsOf } from "./endpoint-parameters.ts";
import { deleteEndpoint, endpointById, leftoversOf } from "./endpoints.ts";
import type { StripeApi } from "./stripe-api.ts";
import { checkedInputs, type WebhookEndpointInputs } from "./webhook-endpoint-inputs.ts";

type WebhookEndpointOutputs = WebhookEndpointInputs & {
  readonly livemode: boolean | string;
  readonly secret?: string | undefined;
};

const permission = "Webhook Endpoints: Write";

/** `stripe:index:WebhookEndpoint`; https://docs.stripe.com/api/webhook_endpoints */
export const webhookEndpoint: ResourceType<
  StripeApi,
  WebhookEndpointInputs,
  WebhookEndpointOutputs
> = {
  secrets: ["secret"],

  check(news, olds, api, { urn }) {
    if (Object.keys(olds).length > 0) api.stored.note(urn);
    return checkedInputs(news);
  },

  diff({ id, oldInputs, newInputs }, api, { urn }) {
    api.stored.note(urn, id);
    // Stripe fixes the version of an endpoint when it is made.
    const replaceOn = ["apiVersion"];
    return diffProperties(oldInputs, newInputs, { replaceOn, sets: ["enabledEvents"] });
  },

  async create(inputs, api, operation) {
    if (operation.preview) {
      return { id: "", outputs: { ...inputs, livemode: api.livemode, secret: UNKNOWN } };
    }
    // One key for all attempts: a repeated request whose answer was lost gets the first one's.
    const idempotencyKey = randomUUID();
    const made = await api.call(permission, (client) =>
      client.webhookEndpoints.create(creation(inputs, operation.urn), { idempotencyKey }),
    );
    const outputs = { ...inputs, livemode: made.livemode, secret: made.secret };
    await removeLeftovers(api, { id: made.id, outputs }, operation);
    return { id: made.id, outputs };
  },

  async read({ id, inputs, outputs }, api, { log, signal }) {
    const found = await endpointById(api, id, signal);
    if (found === undefined) return undefined;
    if (inputs === undefined) {
      await log.warning(
        "Stripe does not tell the signing secret of an endpoint that exists. Reveal it in the " +
          "Dashboard (Workbench, Webhooks), or let a replacement make a new endpoint: " +
          "pulumi up --replace <urn>",
      );
    }
    const current = inputsOf(found, inputs);
    return {
      id,
      inputs: current,
      outputs: { ...current, livemode: found.livemode, secret: outputs?.secret },
    };
  },

  async update({ id, oldOutputs, newInputs }, api, operation) {
    const { secret, livemode } = oldOutputs;
    if (operation.preview) return { ...newInputs, livemode, secret };
    api.stored.note(operation.urn, id);
    const found = await endpointById(api, id, operation.signal);
    if (found === undefined) {
      throw new UserError(`The endpoint ${id} was deleted: make it again by pulumi up --refresh`);
    }
    const idempotencyKey = randomUUID();
    const changes = alteration(found.metadata, newInputs, operation.urn);
    const updated = await api.call(permission, (client) =>
      client.webhookEndpoints.update(id, changes, { idempotencyKey }),
    );
    const outputs = { ...newInputs, livemode: updated.livemode, secret };
    await removeLeftovers(api, { id, outputs }, operation);
    return outputs;
  },

  delete: ({ id }, api) => deleteEndpoint(api, id),
};

/** After the resource is as declared: what it made before, and nobody knows any more, goes. */
async function removeLeftovers(
  api: StripeApi,
  made: { readonly id: string; readonly outputs: WebhookEndpointOutputs },
  operation: Operation,
): Promise<void> {
  try {
    for (const leftover of await leftoversOf(api, made.outputs.url, operation)) {
      if (leftover === made.id) continue;
      await deleteEndpoint(api, leftover);
      await operation.log.warning(
        `Deleted the endpoint ${leftover}, left over by an interrupted update.`,
      );
    }
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    const reason = `The endpoint works, but ones left over by an interrupted update remain: ${cause.message}`;
    throw new PartialFailure({ ...made, reasons: [reason], cause });
  }
}
