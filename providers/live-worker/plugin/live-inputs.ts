import type { LiveCheckInputs, LiveVersion } from "./live-check-inputs.ts";
import type { ObservedWorker } from "./observe-worker.ts";

/**
 * What was seen, in the shape of the inputs, so that the difference to the stored inputs is the
 * drift. What could not be looked at stays as stored: a Worker that does not answer is
 * `reachable: false` and nothing more. An order that means nothing is that of the stored inputs.
 */
export function liveInputs(stored: LiveCheckInputs, observed: ObservedWorker): LiveCheckInputs {
  const { versions, schedules, bindingNames, answers } = observed;
  const [main] = answers;
  const answered = main?.answer.kind === "answered" ? main.answer : undefined;
  return {
    ...stored,
    versions: inOrderOf(stored.versions, versions, shareOf),
    schedules: inOrderOf(stored.schedules, schedules),
    bindingNames: inOrderOf(stored.bindingNames, bindingNames ?? []),
    fingerprints: answered?.fingerprints ?? stored.fingerprints,
    reachable: answered !== undefined && answered.versionId === main?.versionId,
  };
}

/** One spelling: the engine hands objects over with their keys in any order. */
function shareOf({ versionId, percentage }: LiveVersion): string {
  return `${versionId} ${percentage}`;
}

function inOrderOf<T>(
  stored: readonly T[],
  seen: readonly T[],
  spelling: (value: T) => string = String,
): readonly T[] {
  const spelled = (values: readonly T[]) => JSON.stringify(values.map(spelling).sort());
  return spelled(stored) === spelled(seen) ? stored : seen;
}
