import { redact, UserError } from "@stripe-customer-sync/provider-kit";
import { settingCatalogue } from "../../stacks/setting-catalogue.ts";
import type { Check } from "./check.ts";
import { doubtful, type Finding, wrong } from "./finding.ts";
import type { Patient } from "./patient.ts";

/** A check and what it found. */
export interface Examined {
  readonly check: string;
  readonly findings: readonly Finding[];
}

/**
 * Makes every check, each by itself: one that cannot be made says why and keeps no other from
 * being made. All at once; the answer keeps their order.
 */
export function examine(checks: readonly Check[], patient: Patient): Promise<Examined[]> {
  const secrets = secretsOf(patient);
  return Promise.all(
    checks.map(async (check) => ({
      check: check.name,
      findings: (await look(check, patient)).map((finding) => redacted(finding, secrets)),
    })),
  );
}

async function look(check: Check, patient: Patient): Promise<readonly Finding[]> {
  const missing = check.needs.filter((key) => patient.values[key] === undefined);
  if (missing.length > 0) {
    return [
      doubtful(
        `Not looked at: ${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} missing or wrong.`,
        "See Settings, above.",
      ),
    ];
  }
  try {
    return await check.look(patient);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [wrong(error.message, "Look at your own network, and at the vendor's status page.")];
  }
}

function secretsOf({ values }: Patient): string[] {
  return settingCatalogue.flatMap(({ key, secret }) => {
    const value = secret ? values[key] : undefined;
    return value === undefined ? [] : [value];
  });
}

function redacted({ verdict, says, todo }: Finding, secrets: readonly string[]): Finding {
  return {
    verdict,
    says: redact(says, secrets),
    ...(todo !== undefined && { todo: redact(todo, secrets) }),
  };
}
