import {
  checkProperties,
  diffProperties,
  flag,
  integer,
  list,
  oneOf,
  optional,
  type ResourceType,
  text,
  UNKNOWN,
  url,
} from "@stripe-customer-sync/provider-kit";
import { inOneTransaction } from "../in-one-transaction.ts";
import type { ManagementApi } from "../management-api.ts";
import { partsOfId, resourceId } from "../resource-id.ts";
import { nameRule, projectRefRule } from "../rules.ts";
import {
  currentCode,
  functionLabel,
  LONGEST_NAME_BYTES,
  WEBHOOK_EVENTS,
  type WebhookDefinition,
} from "./definition.ts";
import { findWebhook } from "./find-webhook.ts";
import { installSteps, uninstallSteps } from "./install-steps.ts";
import { webhookNow } from "./webhook-now.ts";

type Inputs = WebhookDefinition & {
  readonly projectRef: string;
  /** Other webhooks that may stand on the table; read adds those that it finds. */
  readonly foreignWebhooks: readonly string[];
  /** Digest of the trigger function's code; filled in by check. */
  readonly code: string;
  /** What is not as declared beside the properties. Declared as empty by check, filled by read. */
  readonly drift: readonly string[];
};

/** The webhook as it was installed, which is what a read compares with. */
type Outputs = Omit<Inputs, "drift"> & {
  /** The function that the triggers call. */
  readonly function: string;
  /** Whether pg_net is there. */
  readonly netAvailable: boolean | typeof UNKNOWN;
};

const rules = {
  projectRef: projectRefRule,
  name: text({
    pattern: /^[ -.0-~]+$/,
    like: 'a name of printable ASCII characters without "/"',
    atMost: LONGEST_NAME_BYTES,
  }),
  schema: optional(nameRule, "public"),
  table: nameRule,
  events: list(oneOf(...WEBHOOK_EVENTS), { atLeast: 1, distinct: true }),
  url: url(),
  secretName: nameRule,
  timeoutMs: optional(integer({ atLeast: 100, atMost: 60_000 }), 5_000),
  ignoredColumns: optional(list(nameRule, { distinct: true }), []),
  enabled: optional(flag(), true),
  foreignWebhooks: optional(list(nameRule, { distinct: true }), []),
  code: optional(text({ atLeast: 0 })),
  drift: optional(list(text())),
};

/** A webhook that rings after commit and never fails the statement; see `ring.sql`. */
export const databaseWebhook: ResourceType<ManagementApi, Inputs, Outputs> = {
  check(news) {
    const { inputs, failures } = checkProperties<Inputs>(news, rules);
    return { inputs: { ...inputs, code: currentCode, drift: [] }, failures };
  },

  diff({ oldInputs, newInputs }) {
    const replaceOn = ["projectRef", "name", "schema", "table"];
    return diffProperties(oldInputs, newInputs, { replaceOn });
  },

  async create(inputs, api, { preview, signal, log }) {
    const { projectRef, schema, table, name } = inputs;
    const id = resourceId(projectRef, schema, table, name);
    if (preview) return { id, outputs: outputsOf(inputs, UNKNOWN) };
    await install(api, inputs, [], signal);
    const { netAvailable } = await findWebhook(api, projectRef, inputs, signal);
    if (!netAvailable) {
      await log.warning(
        `The webhook "${name}" does not ring: the extension pg_net is not enabled in project ` +
          `${projectRef} (Dashboard → Database → Extensions).`,
      );
    }
    return { id, outputs: outputsOf(inputs, netAvailable) };
  },

  async read({ id, outputs }, api, { signal }) {
    const [projectRef, schema, table, name] = partsOfId(id, [
      "projectRef",
      "schema",
      "table",
      "name",
    ]);
    const place = { schema, table, name };
    const found = await findWebhook(api, projectRef, place, signal);
    const webhook = webhookNow(place, found, outputs);
    if (webhook === undefined) return undefined;
    const now: Inputs = { projectRef, ...webhook };
    const { netAvailable } = found;
    // The outputs stay as installed: the next read must find the same drift.
    return {
      id,
      inputs: now,
      outputs: { ...(outputs ?? outputsOf(now, netAvailable)), netAvailable },
    };
  },

  async update({ oldInputs, newInputs }, api, { preview, signal }) {
    if (preview) return outputsOf(newInputs, UNKNOWN);
    // Only what a diff has shown: the webhooks that the last refresh found.
    const unwanted = oldInputs.foreignWebhooks.filter(
      (trigger) => !newInputs.foreignWebhooks.includes(trigger),
    );
    await install(api, newInputs, unwanted, signal);
    const { netAvailable } = await findWebhook(api, newInputs.projectRef, newInputs, signal);
    return outputsOf(newInputs, netAvailable);
  },

  async delete({ id }, api, { signal }) {
    const [projectRef, schema, table, name] = partsOfId(id, [
      "projectRef",
      "schema",
      "table",
      "name",
    ]);
    const sql = inOneTransaction(uninstallSteps({ schema, table, name }));
    await api.query(projectRef, { purpose: `remove the webhook "${name}"`, sql }, signal);
  },
};

async function install(
  api: ManagementApi,
  inputs: Inputs,
  unwanted: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const sql = inOneTransaction(installSteps(inputs, unwanted));
  const purpose = `install the webhook "${inputs.name}"`;
  await api.query(inputs.projectRef, { purpose, sql }, signal);
}

function outputsOf(inputs: Inputs, netAvailable: Outputs["netAvailable"]): Outputs {
  const { drift: _, ...rest } = inputs;
  return { ...rest, function: functionLabel(inputs), netAvailable };
}
