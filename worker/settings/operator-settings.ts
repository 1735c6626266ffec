import * as v from "valibot";
import type { Bindings } from "./bindings.ts";
import { bindingsSchema, problemsOf } from "./bindings-schema.ts";
import { SettingsError } from "./settings-error.ts";

/** What the operator's view of the Worker needs; the rest may be missing. */
export interface OperatorSettings {
  readonly operatorToken: string;
  readonly fingerprintKey: string;
  readonly version: { readonly id: string; readonly tag: string };
}

const schema = v.pick(bindingsSchema, ["OPERATOR_TOKEN", "FINGERPRINT_KEY", "VERSION"]);

/** @throws SettingsError */
export function readOperatorSettings(bindings: Bindings): OperatorSettings {
  const { success, output, issues } = v.safeParse(schema, bindings);
  if (!success) throw new SettingsError(problemsOf(issues));
  const { OPERATOR_TOKEN, FINGERPRINT_KEY, VERSION } = output;
  return { operatorToken: OPERATOR_TOKEN, fingerprintKey: FINGERPRINT_KEY, version: VERSION };
}
