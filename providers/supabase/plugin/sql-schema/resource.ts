import { createHash } from "node:crypto";
import {
  checkProperties,
  containsUnknown,
  diffProperties,
  list,
  optional,
  type ResourceType,
  shape,
  text,
  UNKNOWN,
  UserError,
} from "@stripe-customer-sync/provider-kit";
import { inOneTransaction, type Step } from "../in-one-transaction.ts";
import type { ManagementApi } from "../management-api.ts";
import { partsOfId, resourceId } from "../resource-id.ts";
import { projectRefRule } from "../rules.ts";
import { type Objects, objectsOf, readCatalog } from "./catalog.ts";
import { type Drift, driftOf, inWords } from "./drift.ts";
import { lockTables } from "./lock-tables.ts";
import { repairSteps, untouched } from "./repair.ts";

type Inputs = {
  readonly projectRef: string;
  readonly schema: string;
  readonly scripts: readonly { readonly name: string; readonly sql: string }[];
  readonly uninstall: string;
  /** Of the scripts; filled in by check. */
  readonly digest: string;
  /** What is not as the scripts left it. Declared as empty by check, filled by read. */
  readonly drift: readonly string[];
};

type Outputs = {
  readonly projectRef: string;
  readonly schema: string;
  readonly digest: string;
  /** Digests of what the scripts left in the database, by label. */
  readonly objects: Objects | typeof UNKNOWN;
};

const rules = {
  projectRef: projectRefRule,
  schema: text({
    pattern:
      /^(?!pg_|(?:public|auth|storage|vault|net|extensions|realtime|pulumi_supabase)$)[a-z_][a-z0-9_]*$/,
    like: "the name of a schema of its own: lowercase letters, digits, underscores",
    atMost: 40,
  }),
  scripts: list(shape({ name: text(), sql: text() }), { atLeast: 1 }),
  uninstall: text(),
  digest: optional(text({ atLeast: 0 })),
  drift: optional(list(text())),
};

/** A schema and what goes with it, made by SQL scripts that may be run again at any time. */
export const sqlSchema: ResourceType<ManagementApi, Inputs, Outputs> = {
  check(news) {
    const { inputs, failures } = checkProperties<Inputs>(news, rules);
    // Of refused inputs nothing is known, not even that the scripts are a list.
    if (failures.length > 0) return { inputs, failures };
    return { inputs: { ...inputs, digest: digestOf(inputs.scripts), drift: [] }, failures };
  },

  diff({ oldInputs, newInputs }) {
    return diffProperties(oldInputs, newInputs, { replaceOn: ["projectRef", "schema"] });
  },

  async create(inputs, api, { preview, signal }) {
    const id = resourceId(inputs.projectRef, inputs.schema);
    if (preview) return { id, outputs: outputsOf(inputs, UNKNOWN) };
    await apply(api, inputs, [], signal);
    const catalog = await readCatalog(api, inputs.projectRef, inputs.schema, signal);
    return { id, outputs: outputsOf(inputs, objectsOf(catalog)) };
  },

  async read({ id, inputs, outputs }, api, { signal }) {
    const [projectRef, schema] = partsOfId(id, ["projectRef", "schema"]);
    const catalog = await readCatalog(api, projectRef, schema, signal);
    if (catalog.length === 0) return undefined;
    const declared = knownObjects(outputs) ?? objectsOf(catalog);
    const now: Inputs = {
      ...(inputs ?? { scripts: [], uninstall: "", digest: "" }),
      projectRef,
      schema,
      drift: inWords(driftOf(declared, catalog)),
    };
    // The objects stay as the scripts left them: the next read must find the same drift.
    return { id, inputs: now, outputs: outputsOf(now, declared) };
  },

  async update({ oldInputs, oldOutputs, newInputs }, api, { preview, signal }) {
    if (preview) return outputsOf(newInputs, UNKNOWN);
    const { projectRef, schema } = newInputs;
    const declared = knownObjects(oldOutputs) ?? {};
    const drift = driftOf(declared, await readCatalog(api, projectRef, schema, signal));
    await apply(api, newInputs, repairSteps(drift), signal);
    const after = await readCatalog(api, projectRef, schema, signal);
    const isSame = oldInputs.digest === newInputs.digest;
    refuseRemaining(newInputs, isSame ? driftOf(declared, after) : untouched(drift, after));
    return outputsOf(newInputs, objectsOf(after));
  },

  async delete({ inputs, outputs }, api, { signal }) {
    const { projectRef, schema } = outputs;
    const steps = [lockTables(schema), { name: "uninstall", sql: inputs.uninstall }];
    const purpose = `remove the schema "${schema}"`;
    await api.query(projectRef, { purpose, sql: inOneTransaction(steps) }, signal);
  },
};

async function apply(
  api: ManagementApi,
  { projectRef, schema, scripts }: Inputs,
  repairs: readonly Step[],
  signal: AbortSignal,
): Promise<void> {
  const steps = scripts.map(({ name, sql }) => ({ name: `script "${name}"`, sql }));
  const purpose = `apply the schema "${schema}"`;
  await api.query(
    projectRef,
    { purpose, sql: inOneTransaction([lockTables(schema), ...repairs, ...steps]) },
    signal,
  );
}

function refuseRemaining({ projectRef, schema }: Inputs, remaining: readonly Drift[]): void {
  const words = inWords(remaining);
  if (words.length === 0) return;
  throw new UserError(
    `The scripts of the schema "${schema}" were applied in project ${projectRef}, but what ` +
      `somebody changed there is beyond them: ${words.join("; ")}. Put it back by hand, then run ` +
      "`pulumi up --refresh`.",
  );
}

function digestOf(scripts: Inputs["scripts"]): string {
  if (containsUnknown(scripts)) return UNKNOWN;
  return createHash("sha256").update(JSON.stringify(scripts)).digest("hex").slice(0, 12);
}

function knownObjects(outputs: Outputs | undefined): Objects | undefined {
  return typeof outputs?.objects === "object" ? outputs.objects : undefined;
}

function outputsOf({ projectRef, schema, digest }: Inputs, objects: Outputs["objects"]): Outputs {
  return { projectRef, schema, digest, objects };
}
