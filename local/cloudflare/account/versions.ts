import { type Account, newUuid, now } from "./account.ts";
import type { Binding, VersionRecord, WorkerRecord } from "./account-state.ts";
import { ApiError, apiCode, invalid } from "./api-error.ts";
import { readBindings } from "./bindings.ts";
import { loadable } from "./loadable.ts";

/** An upload: everything of a version but what the platform adds. */
export interface VersionUpload {
  readonly main_module: string;
  readonly modules: readonly UploadedModule[];
  readonly compatibility_date?: string | undefined;
  readonly compatibility_flags?: readonly string[] | undefined;
  readonly usage_model?: string | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly bindings?: readonly unknown[] | undefined;
  /** Types of bindings that are taken over from the newest version, such as `secret_text`. */
  readonly keep_bindings?: readonly string[] | undefined;
  readonly extra?: Readonly<Record<string, unknown>> | undefined;
}

export interface UploadedModule {
  readonly name: string;
  readonly content_type: string;
  readonly content: Uint8Array;
}

/** Who asks: both are shown in lists of versions and deployments. */
export interface Origin {
  readonly source: string;
  readonly triggeredBy: string;
}

/** The runtime's behaviour when an upload names none, as on the platform. */
const OLDEST_COMPATIBILITY_DATE = "2021-11-02";

/**
 * Checks an upload by starting it, and keeps it as the newest version; nothing is deployed.
 *
 * @throws ApiError 400 with code 10021 when the modules do not start
 */
export async function addVersion(
  account: Account,
  worker: WorkerRecord,
  upload: VersionUpload,
  origin: Origin,
): Promise<VersionRecord> {
  const { modules } = account.host;
  requireModules(upload);
  const draft = {
    id: newUuid(),
    created_on: now(),
    source: origin.source,
    main_module: upload.main_module,
    compatibility_date: upload.compatibility_date ?? OLDEST_COMPATIBILITY_DATE,
    compatibility_flags: [...(upload.compatibility_flags ?? [])],
    usage_model: upload.usage_model ?? "standard",
    annotations: { ...upload.annotations, "workers/triggered_by": origin.triggeredBy },
    bindings: mergedBindings(upload, worker.versions.at(-1)?.bindings),
    modules: upload.modules
      .map(({ name, content_type, content }) => ({
        name,
        content_type,
        digest: modules.put(content),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    extra: { ...upload.extra },
  };
  const checked = await account.host.check(loadable(draft, modules));
  if (!checked.ok) throw invalid(checked.message);
  if (checked.handlers.length === 0) {
    throw invalid("No event handlers were registered. This script does nothing.");
  }
  return append(worker, {
    ...draft,
    handlers: checked.handlers,
    startup_time_ms: checked.startupTimeMs,
  });
}

/** The newest version again with other bindings: what a change of a secret makes. */
export function addVersionWithBindings(
  worker: WorkerRecord,
  base: VersionRecord,
  bindings: readonly Binding[],
  origin: Origin,
  annotations: Readonly<Record<string, string>> = {},
): VersionRecord {
  return append(worker, {
    ...base,
    id: newUuid(),
    created_on: now(),
    source: origin.source,
    annotations: { ...annotations, "workers/triggered_by": origin.triggeredBy },
    bindings: sortedByName(bindings),
  });
}

/** @throws ApiError 404 */
export function requireVersion(worker: WorkerRecord, versionId: string): VersionRecord {
  const found = worker.versions.find(({ id }) => id === versionId);
  if (found) return found;
  throw new ApiError(404, apiCode.versionNotFound, `Version ${versionId} could not be found.`);
}

function append(worker: WorkerRecord, draft: Omit<VersionRecord, "number">): VersionRecord {
  const version = { ...draft, number: (worker.versions.at(-1)?.number ?? 0) + 1 };
  worker.versions.push(version);
  return version;
}

function mergedBindings(
  upload: VersionUpload,
  previous: readonly Binding[] | undefined,
): readonly Binding[] {
  const named = readBindings(upload.bindings ?? [], previous);
  const names = new Set(named.map(({ name }) => name));
  const kept = (previous ?? []).filter(
    ({ name, type }) => upload.keep_bindings?.includes(type) && !names.has(name),
  );
  return sortedByName([...named, ...kept]);
}

function sortedByName(bindings: readonly Binding[]): readonly Binding[] {
  return bindings.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function requireModules(upload: VersionUpload): void {
  if (upload.modules.some(({ name }) => name === upload.main_module)) return;
  throw invalid(`No such module "${upload.main_module}": it is named as the main module.`);
}
