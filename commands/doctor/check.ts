import type { SettingValues } from "../../stacks/setting-values.ts";
import type { Finding } from "./finding.ts";
import type { Patient } from "./patient.ts";

/** One thing that is looked at by itself, whatever else is missing. */
export interface Check {
  /** Two or three words, as the report's first column has them. */
  readonly name: string;
  /** Settings without which there is nothing to look at. */
  readonly needs: readonly (keyof SettingValues)[];
  /** @throws UserError when a server gives no answer */
  look(patient: Patient): Promise<readonly Finding[]>;
}

/** Defines a check; it gets the settings that it needs. */
export function check<const Key extends keyof SettingValues>(definition: {
  readonly name: string;
  readonly needs: readonly Key[];
  readonly look: (
    settings: Readonly<Record<Key, string>>,
    patient: Patient,
  ) => Promise<readonly Finding[]>;
}): Check {
  return {
    name: definition.name,
    needs: definition.needs,
    look: (patient) => {
      const settings = Object.fromEntries(
        definition.needs.map((key) => [key, patient.values[key] ?? ""]),
      );
      return definition.look(settings as Record<Key, string>, patient);
    },
  };
}
