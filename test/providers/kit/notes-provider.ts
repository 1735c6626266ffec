import { setTimeout as sleep } from "node:timers/promises";
import {
  checkProperties,
  list,
  optional,
  PartialFailure,
  type ProviderDefinition,
  type ResourceType,
  secret,
  text,
  UNKNOWN,
  UserError,
} from "@stripe-customer-sync/provider-kit";

type NoteInputs = {
  readonly title: string;
  readonly lines: readonly string[];
  readonly password?: string;
};
type NoteOutputs = NoteInputs & { readonly length: number | string };

/** Notes in memory: a cloud that tests can look into and change by hand. */
export type Notebook = {
  readonly notes: Map<string, NoteInputs>;
  /** What the next create or update does wrong, once. */
  fault?: "refused" | "bug" | "half done" | "slow" | undefined;
};

const note: ResourceType<Notebook, NoteInputs, NoteOutputs> = {
  secrets: ["password"],
  replaceOn: ["title"],
  deleteBeforeReplace: true,
  check: (news) =>
    checkProperties<NoteInputs>(news, {
      title: text({ atMost: 40 }),
      lines: optional(list(text()), []),
      password: optional(secret(text({ atLeast: 8 }))),
    }),
  async create(inputs, notebook, { preview, log, signal }) {
    if (preview) return { id: UNKNOWN, outputs: { ...inputs, length: UNKNOWN } };
    if (notebook.fault === "slow") await sleep(60_000, undefined, { signal });
    await log.warning(`a note with the password ${inputs.password}`);
    fail(notebook, inputs);
    notebook.notes.set(inputs.title, inputs);
    return { id: inputs.title, outputs: { ...inputs, length: inputs.lines.length } };
  },
  async read({ id }, notebook) {
    const found = notebook.notes.get(id);
    if (found === undefined) return undefined;
    return { id, inputs: found, outputs: { ...found, length: found.lines.length } };
  },
  async update({ id, newInputs }, notebook, { preview }) {
    if (preview) return { ...newInputs, length: UNKNOWN };
    fail(notebook, newInputs);
    notebook.notes.set(id, newInputs);
    return { ...newInputs, length: newInputs.lines.length };
  },
  async delete({ id }, notebook) {
    notebook.notes.delete(id);
  },
};

export function notesProvider(notebooks: Map<string, Notebook>): ProviderDefinition<Notebook> {
  return {
    name: "notes",
    version: "0.1.0",
    secretConfig: ["token"],
    checkConfig: (news) => checkProperties(news, { token: secret(text()) }),
    configure({ token }) {
      const notebook = notebooks.get(String(token));
      if (notebook === undefined) throw new UserError(`No notebook opens with ${token}.`);
      return notebook;
    },
    resources: { "notes:index:Note": note },
    functions: {
      "notes:index:count": async (_args, notebook) => ({ count: notebook.notes.size }),
    },
  };
}

function fail(notebook: Notebook, inputs: NoteInputs): void {
  const fault = notebook.fault;
  notebook.fault = undefined;
  if (fault === "refused") throw new UserError(`The password ${inputs.password} is refused.`);
  if (fault === "bug") throw new TypeError(`cannot read ${inputs.password}`);
  if (fault === "half done") {
    notebook.notes.set(inputs.title, { ...inputs, lines: [] });
    throw new PartialFailure({
      id: inputs.title,
      outputs: { ...inputs, lines: [], length: 0 },
      reasons: [`The lines were not written with ${inputs.password}.`],
    });
  }
}
