import type { LiveCheckInputs, LiveVersion } from "./live-check-inputs.ts";
import { liveInputs } from "./live-inputs.ts";
import type { ObservedWorker } from "./observe-worker.ts";

/** Every way in which the Worker is not what it should be, one line each, without a secret. */
export function differences(expected: LiveCheckInputs, observed: ObservedWorker): string[] {
  const live = liveInputs(expected, observed);
  return [
    ...unless(
      live.versions === expected.versions,
      `newest deployment: ${deployment(live.versions)}, not ${deployment(expected.versions)}`,
    ),
    ...unless(
      live.schedules === expected.schedules,
      `schedules: ${quoted(live.schedules)}, not ${quoted(expected.schedules)}`,
    ),
    ...nameDifferences("binding", live.bindingNames, expected.bindingNames),
    ...answerDifferences(observed),
    ...fingerprintDifferences(live.fingerprints, expected.fingerprints),
  ];
}

/** Which deployed versions do not answer as they should. */
export function answerDifferences({ answers }: ObservedWorker): string[] {
  return answers.flatMap(({ versionId, answer }, index) => {
    if (answer.kind === "silent") return [`version ${versionId} does not answer: ${answer.reason}`];
    if (answer.kind === "refused") {
      // Versions other than the stack's own may hold an older token.
      return unless(index > 0, `version ${versionId} refuses the operator's token`);
    }
    return unless(
      answer.versionId === versionId,
      `version ${answer.versionId} answers in place of ${versionId}`,
    );
  });
}

/** Which secrets are others than expected, by fingerprint. */
export function fingerprintDifferences(
  live: Readonly<Record<string, string>>,
  expected: Readonly<Record<string, string>>,
): string[] {
  const changed = Object.keys(expected)
    .filter((name) => live[name] !== undefined && live[name] !== expected[name])
    .map((name) => `secret ${name}: fingerprint ${live[name]}, not ${expected[name]}`);
  return [...nameDifferences("secret", Object.keys(live), Object.keys(expected)), ...changed];
}

/** What is missing and what is there too much. */
export function nameDifferences(
  kind: string,
  live: readonly string[],
  expected: readonly string[],
): string[] {
  return [
    ...expected.filter((name) => !live.includes(name)).map((name) => `${kind} ${name} is missing`),
    ...live.filter((name) => !expected.includes(name)).map((name) => `${kind} ${name} is unknown`),
  ];
}

function unless(isFine: boolean, difference: string): string[] {
  return isFine ? [] : [difference];
}

function deployment(versions: readonly LiveVersion[]): string {
  const shares = versions.map(({ versionId, percentage }) => `${versionId} at ${percentage} %`);
  return shares.join(" and ") || "none";
}

function quoted(schedules: readonly string[]): string {
  return schedules.map((schedule) => `"${schedule}"`).join(", ") || "none";
}
