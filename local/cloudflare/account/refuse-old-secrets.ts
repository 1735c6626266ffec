import type { VersionRecord, WorkerRecord } from "./account-state.ts";
import { ApiError, apiCode } from "./api-error.ts";

/**
 * A version from before a change of a secret would bring the old secret back: such a deployment
 * has to be forced.
 * https://developers.cloudflare.com/api/resources/workers/subresources/scripts/subresources/deployments/
 *
 * @param shares the deployment's `versions`, not checked yet
 * @throws ApiError 400 with code 10220, whose text names the secrets
 */
export function refuseOldSecrets(worker: WorkerRecord, shares: unknown): void {
  const newest = worker.versions.at(-1);
  if (!newest || !Array.isArray(shares)) return;
  const ids = shares.map((share) => share?.version_id);
  const changed = worker.versions
    .filter((version) => ids.includes(version.id) && hasSecretChangeSince(worker, version))
    .flatMap((version) => changedSecrets(version, newest));
  if (changed.length === 0) return;
  const names = [...new Set(changed)].sort().join(", ");
  throw new ApiError(
    400,
    apiCode.secretsChanged,
    `Cannot deploy this version without force. The following secrets have changed: ${names}`,
  );
}

function hasSecretChangeSince(worker: WorkerRecord, { number }: VersionRecord): boolean {
  return worker.versions.some(
    (later) => later.number > number && later.annotations["workers/triggered_by"] === "secret",
  );
}

function changedSecrets(before: VersionRecord, after: VersionRecord): string[] {
  const [old, present] = [secretsOf(before), secretsOf(after)];
  const names = [...new Set([...old.keys(), ...present.keys()])];
  return names.filter((name) => old.get(name) !== present.get(name));
}

function secretsOf({ bindings }: VersionRecord): Map<string, string> {
  return new Map(
    bindings.flatMap((binding) =>
      binding.type === "secret_text" ? [[binding.name, binding.text]] : [],
    ),
  );
}
