import { type Account, newId, now } from "./account.ts";
import type { Observability, WorkerRecord, WorkerSettings } from "./account-state.ts";
import { ApiError, apiCode, invalid } from "./api-error.ts";

/** The settings of a Worker in a request; what is absent keeps its value or gets the default. */
export interface WorkerChange {
  readonly name?: string | undefined;
  readonly logpush?: boolean | undefined;
  readonly observability?: DeepPartial<Observability> | undefined;
  readonly subdomain?: Partial<WorkerSettings["subdomain"]> | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly tail_consumers?: readonly unknown[] | undefined;
}

type DeepPartial<T> = { readonly [K in keyof T]?: Partial<T[K]> | undefined };

/** @throws ApiError 409 when the name is taken */
export function createWorker(account: Account, change: WorkerChange): WorkerRecord {
  const name = validName(change.name);
  requireFreeName(account, name);
  const created = now();
  const worker: WorkerRecord = {
    id: newId(),
    name,
    created_on: created,
    updated_on: created,
    deployed_on: null,
    settings: withChange(defaultSettings(), change),
    versions: [],
    deployments: [],
    schedules: [],
  };
  account.state.workers.push(worker);
  return worker;
}

/** Replaces (`PUT`) or amends (`PATCH`) the settings; another name renames it everywhere. */
export function updateWorker(
  account: Account,
  worker: WorkerRecord,
  change: WorkerChange,
  mode: "replace" | "amend",
): void {
  if (change.name !== undefined && change.name !== worker.name) {
    rename(account, worker, validName(change.name));
  }
  const base = mode === "replace" ? defaultSettings() : worker.settings;
  worker.settings = withChange(base, change);
  worker.updated_on = now();
}

/** Deletes the Worker with its versions, deployments and schedules, and what points at it. */
export function deleteWorker(account: Account, worker: WorkerRecord): void {
  const { state } = account;
  state.workers = state.workers.filter(({ id }) => id !== worker.id);
  state.routes = state.routes.filter(({ script }) => script !== worker.name);
  state.domains = state.domains.filter(({ service }) => service !== worker.name);
  account.stopped.delete(worker.id);
}

/**
 * @param idOrName both are accepted by the platform
 * @throws ApiError 404
 */
export function requireWorker(account: Account, idOrName: string): WorkerRecord {
  const found = findWorker(account, idOrName);
  if (found) return found;
  throw new ApiError(
    404,
    apiCode.scriptNotFound,
    "This Worker does not exist on your account. Please ensure the name is correct.",
  );
}

export function findWorker(account: Account, idOrName: string): WorkerRecord | undefined {
  return account.state.workers.find(({ id, name }) => name === idOrName || id === idOrName);
}

function rename(account: Account, worker: WorkerRecord, name: string): void {
  requireFreeName(account, name);
  for (const route of account.state.routes) {
    if (route.script === worker.name) route.script = name;
  }
  for (const domain of account.state.domains) {
    if (domain.service === worker.name) domain.service = name;
  }
  worker.name = name;
}

function requireFreeName(account: Account, name: string): void {
  if (!account.state.workers.some((worker) => worker.name === name)) return;
  throw new ApiError(409, apiCode.workerExists, `A Worker named ${name} exists already.`);
}

function validName(name: unknown): string {
  if (typeof name === "string" && /^[a-z0-9_][a-z0-9_-]{0,254}$/.test(name)) return name;
  throw invalid("A Worker's name is lowercase letters, digits, '-' and '_', at most 255.");
}

function defaultSettings(): WorkerSettings {
  return {
    logpush: false,
    observability: {
      enabled: false,
      head_sampling_rate: 1,
      logs: {
        enabled: false,
        head_sampling_rate: 1,
        invocation_logs: true,
        persist: true,
        destinations: [],
      },
      traces: { enabled: false, head_sampling_rate: 1, persist: true, destinations: [] },
    },
    subdomain: { enabled: false, previews_enabled: false },
    tags: [],
    tail_consumers: [],
  };
}

function withChange(base: WorkerSettings, change: WorkerChange): WorkerSettings {
  const { observability, subdomain } = change;
  return {
    logpush: change.logpush ?? base.logpush,
    observability: {
      enabled: observability?.enabled ?? base.observability.enabled,
      head_sampling_rate:
        observability?.head_sampling_rate ?? base.observability.head_sampling_rate,
      logs: { ...base.observability.logs, ...observability?.logs },
      traces: { ...base.observability.traces, ...observability?.traces },
    },
    subdomain: { ...base.subdomain, ...subdomain },
    tags: [...(change.tags ?? base.tags)],
    tail_consumers: [...(change.tail_consumers ?? base.tail_consumers)],
  };
}
