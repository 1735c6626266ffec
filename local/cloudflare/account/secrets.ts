import type { Account } from "./account.ts";
import type { Binding, VersionRecord, WorkerRecord } from "./account-state.ts";
import { ApiError, apiCode, invalid } from "./api-error.ts";
import { deployWholly } from "./deployments.ts";
import { addVersionWithBindings, type Origin } from "./versions.ts";

/**
 * Sets a secret: the newest version once more with that secret, live for every request.
 *
 * @throws ApiError 400 with code 10215 when the newest version is not live, because the secret
 * would take it live
 */
export function putSecret(
  account: Account,
  worker: WorkerRecord,
  secret: { readonly name?: unknown; readonly text?: unknown; readonly type?: unknown },
  source: string,
): { name: string; type: "secret_text" } {
  const { name, text } = secret;
  if (typeof name !== "string" || name === "" || typeof text !== "string") {
    throw invalid("A secret must have a `name` and a `text`.");
  }
  if (secret.type !== undefined && secret.type !== "secret_text") {
    throw invalid(`A secret of type ${secret.type} is not known to the local cloud.`);
  }
  const base = requireDeployedNewest(worker);
  const others = base.bindings.filter((binding) => binding.name !== name);
  goLive(account, worker, base, [...others, { name, type: "secret_text", text }], source);
  return { name, type: "secret_text" };
}

/** @throws ApiError 404 for an unknown name; 400 as `putSecret` */
export function deleteSecret(
  account: Account,
  worker: WorkerRecord,
  name: string,
  source: string,
): void {
  const base = requireDeployedNewest(worker);
  requireSecret(worker, name);
  const others = base.bindings.filter((binding) => binding.name !== name);
  goLive(account, worker, base, others, source);
}

/** Names and types; values are never shown. */
export function listSecrets(worker: WorkerRecord): { name: string; type: string }[] {
  return (worker.versions.at(-1)?.bindings ?? [])
    .filter(({ type }) => type === "secret_text")
    .map(({ name, type }) => ({ name, type }));
}

/** @throws ApiError 404 */
export function requireSecret(worker: WorkerRecord, name: string): { name: string; type: string } {
  const found = listSecrets(worker).find((secret) => secret.name === name);
  if (found) return found;
  throw new ApiError(404, apiCode.secretNotFound, `Binding "${name}" not found.`);
}

function goLive(
  account: Account,
  worker: WorkerRecord,
  base: VersionRecord,
  bindings: readonly Binding[],
  source: string,
): void {
  const origin: Origin = { source, triggeredBy: "secret" };
  const version = addVersionWithBindings(worker, base, bindings, origin);
  deployWholly(account, worker, version.id, origin);
}

function requireDeployedNewest(worker: WorkerRecord): VersionRecord {
  const newest = worker.versions.at(-1);
  if (!newest) throw invalid(`Worker ${worker.name} has no version to set a secret on.`);
  const live = worker.deployments[0]?.versions ?? [];
  if (live.some(({ version_id }) => version_id === newest.id)) return newest;
  throw new ApiError(
    400,
    apiCode.newestVersionNotDeployed,
    "The newest version of this Worker is not deployed: deploy it first, or set the secret on a version.",
  );
}
