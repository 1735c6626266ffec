import {
  checkProperties,
  containsUnknown,
  diffProperties,
  fingerprint,
  optional,
  type ResourceType,
  secret,
  text,
  UNKNOWN,
} from "@stripe-customer-sync/provider-kit";
import type { ManagementApi } from "../management-api.ts";
import { partsOfId, resourceId } from "../resource-id.ts";
import { nameRule, projectRefRule } from "../rules.ts";
import { Vault } from "./vault.ts";

type Inputs = {
  readonly projectRef: string;
  readonly name: string;
  readonly value: string;
  readonly description: string;
  readonly fingerprintKey: string;
  /** Filled in by check; what a diff shows of a changed value. */
  readonly fingerprint: string;
};

type Outputs = Pick<Inputs, "projectRef" | "name" | "description" | "fingerprint">;

/** Stands for a value that this stack does not know. */
const CHANGED_OUTSIDE = "(changed outside of this stack)";

const textWithoutNul = text({ pattern: /^[^\0]+$/, like: "text without the character NUL" });

const rules = {
  projectRef: projectRefRule,
  name: nameRule,
  value: secret(textWithoutNul),
  description: optional(text({ atLeast: 0, pattern: /^[^\0]*$/ }), ""),
  fingerprintKey: secret(textWithoutNul),
  fingerprint: optional(text({ atLeast: 0 })),
};

/** A secret in a project's Vault, under a name that stays when the value changes. */
export const vaultSecret: ResourceType<ManagementApi, Inputs, Outputs> = {
  secrets: ["value", "fingerprintKey"],

  check(news) {
    const { inputs, failures } = checkProperties<Inputs>(news, rules);
    // Of refused inputs nothing is known, not even that the value is a text.
    if (failures.length > 0) return { inputs, failures };
    return { inputs: { ...inputs, fingerprint: declaredFingerprint(inputs) }, failures };
  },

  diff({ oldInputs, newInputs }) {
    return diffProperties(oldInputs, newInputs, { replaceOn: ["projectRef", "name"] });
  },

  async create(inputs, api, { preview, signal }) {
    if (!preview) {
      const vault = new Vault(api, inputs.projectRef, signal);
      await vault.put(inputs.name, inputs.value, inputs.description);
    }
    return { id: resourceId(inputs.projectRef, inputs.name), outputs: outputsOf(inputs) };
  },

  async read({ id, inputs }, api, { signal }) {
    const [projectRef, name] = partsOfId(id, ["projectRef", "name"]);
    const found = await new Vault(api, projectRef, signal).find(name, inputs?.fingerprintKey ?? "");
    if (found === undefined) return undefined;
    const isDeclared = found.fingerprint === inputs?.fingerprint;
    const now: Inputs = {
      projectRef,
      name,
      value: isDeclared ? inputs.value : CHANGED_OUTSIDE,
      description: found.description ?? inputs?.description ?? "",
      fingerprintKey: inputs?.fingerprintKey ?? "",
      // Without a key, at an import, a fingerprint could be tried for guessed values.
      fingerprint: inputs === undefined ? "" : found.fingerprint,
    };
    return { id, inputs: now, outputs: outputsOf(now) };
  },

  async update({ newInputs }, api, { preview, signal }) {
    if (!preview) {
      const vault = new Vault(api, newInputs.projectRef, signal);
      await vault.put(newInputs.name, newInputs.value, newInputs.description);
    }
    return outputsOf(newInputs);
  },

  async delete({ id }, api, { signal }) {
    const [projectRef, name] = partsOfId(id, ["projectRef", "name"]);
    await new Vault(api, projectRef, signal).remove(name);
  },
};

function declaredFingerprint({ name, value, fingerprintKey }: Partial<Inputs>): string {
  if (containsUnknown([name, value, fingerprintKey])) return UNKNOWN;
  return fingerprint(fingerprintKey ?? "", name ?? "", value ?? "");
}

function outputsOf({ projectRef, name, description, fingerprint }: Inputs): Outputs {
  return { projectRef, name, description, fingerprint };
}
