import type { Account } from "./account/account.ts";
import type {
  DeploymentRecord,
  DomainRecord,
  RouteRecord,
  VersionRecord,
  WorkerRecord,
} from "./account/account-state.ts";
import { deploy } from "./account/deployments.ts";
import { deleteDomain, requireDomain } from "./account/domains.ts";
import { deleteRoute, updateRoute } from "./account/routes.ts";
import { setSchedules } from "./account/schedules.ts";
import { deleteSecret, putSecret } from "./account/secrets.ts";
import { addVersionWithBindings } from "./account/versions.ts";
import { deleteWorker, requireWorker, updateWorker, type WorkerChange } from "./account/workers.ts";
import type { ApiCall } from "./control-plane/call-log.ts";
import type { ScheduledResult } from "./data-plane/router/commands.ts";
import type { WorkerLog } from "./worker-logs.ts";

/**
 * A test's view of one account. Reads show everything, values of secrets too; changes are what
 * somebody does by hand in the dashboard, and are live when their promise resolves. A Worker is
 * named by its name or id; an unknown one throws.
 */
export interface AccountHandle {
  worker(name: string): WorkerRecord;
  workerNames(): string[];
  /** Oldest first. */
  versions(name: string): VersionRecord[];
  /** Newest first; the first one is live. */
  deployments(name: string): DeploymentRecord[];
  /** The cron expressions. */
  schedules(name: string): string[];
  routes(): RouteRecord[];
  domains(): DomainRecord[];
  /** Calls of the API with this account's token, oldest first. */
  calls(): ApiCall[];

  putSecret(name: string, secret: string, value: string): Promise<void>;
  deleteSecret(name: string, secret: string): Promise<void>;
  /** A new version with another text of a `plain_text` binding, live at 100 %. */
  putPlainText(name: string, binding: string, text: string): Promise<void>;
  deploy(
    name: string,
    versions: readonly { versionId: string; percentage: number }[],
  ): Promise<DeploymentRecord>;
  setSchedules(name: string, crons: readonly string[]): Promise<void>;
  updateWorker(name: string, change: WorkerChange): Promise<void>;
  deleteWorker(name: string): Promise<void>;
  updateRoute(id: string, route: { pattern: string; script?: string }): Promise<void>;
  deleteRoute(id: string): Promise<void>;
  deleteDomain(id: string): Promise<void>;

  /** Fires a schedule now: the one given, else the Worker's first. */
  runCron(name: string, cron?: string): Promise<ScheduledResult>;
  /** The last lines of the Worker's console, oldest first. They come when an invocation ends. */
  logs(name: string, howMany?: number): WorkerLog[];
  /** Requests that the Worker answered since the runtime started. */
  requests(name: string): Promise<number>;
  /** From now on requests are answered 503 and no schedule fires. */
  stop(name: string): Promise<void>;
  start(name: string): Promise<void>;
}

/** What of the running cloud a handle needs beside the account's own state. */
export interface HandleHost {
  calls(): ApiCall[];
  runCron(worker: WorkerRecord, cron: string): Promise<ScheduledResult>;
  logs(worker: WorkerRecord, howMany: number): WorkerLog[];
  requests(worker: WorkerRecord): Promise<number>;
}

const BY_HAND = { source: "dash", triggeredBy: "deployment" };

export function accountHandle(account: Account, host: HandleHost): AccountHandle {
  const find = (name: string) => requireWorker(account, name);
  const commit = () => account.commit();
  return {
    worker: (name) => structuredClone(find(name)),
    workerNames: () => account.state.workers.map(({ name }) => name),
    versions: (name) => structuredClone(find(name).versions),
    deployments: (name) => structuredClone(find(name).deployments),
    schedules: (name) => find(name).schedules.map(({ cron }) => cron),
    routes: () => structuredClone(account.state.routes),
    domains: () => structuredClone(account.state.domains),
    calls: () => host.calls(),

    putSecret: (name, secret, text) => {
      putSecret(account, find(name), { name: secret, text }, BY_HAND.source);
      return commit();
    },
    deleteSecret: (name, secret) => {
      deleteSecret(account, find(name), secret, BY_HAND.source);
      return commit();
    },
    putPlainText: (name, binding, text) => {
      putPlainText(account, find(name), binding, text);
      return commit();
    },
    deploy: async (name, versions) => {
      const shares = versions.map(({ versionId, percentage }) => ({
        version_id: versionId,
        percentage,
      }));
      const request = { strategy: "percentage", versions: shares };
      const deployment = deploy(account, find(name), request, BY_HAND);
      await commit();
      return deployment;
    },
    setSchedules: (name, crons) => {
      setSchedules(
        find(name),
        crons.map((cron) => ({ cron })),
      );
      return commit();
    },
    updateWorker: (name, change) => {
      updateWorker(account, find(name), change, "amend");
      return commit();
    },
    deleteWorker: (name) => {
      deleteWorker(account, find(name));
      return commit();
    },
    updateRoute: (id, route) => {
      updateRoute(account, id, route);
      return commit();
    },
    deleteRoute: (id) => {
      deleteRoute(account, id);
      return commit();
    },
    deleteDomain: (id) => {
      deleteDomain(account, requireDomain(account, id));
      return commit();
    },

    runCron: (name, cron) => {
      const worker = find(name);
      return host.runCron(worker, cron ?? worker.schedules[0]?.cron ?? "* * * * *");
    },
    logs: (name, howMany = 100) => host.logs(find(name), howMany),
    requests: (name) => host.requests(find(name)),
    stop: (name) => {
      account.stopped.add(find(name).id);
      return commit();
    },
    start: (name) => {
      account.stopped.delete(find(name).id);
      return commit();
    },
  };
}

function putPlainText(account: Account, worker: WorkerRecord, name: string, text: string): void {
  const newest = worker.versions.at(-1);
  if (!newest) throw new Error(`Worker ${worker.name} has no version.`);
  const others = newest.bindings.filter((binding) => binding.name !== name);
  const bindings = [...others, { name, type: "plain_text", text } as const];
  const version = addVersionWithBindings(worker, newest, bindings, BY_HAND);
  const versions = [{ version_id: version.id, percentage: 100 }];
  deploy(account, worker, { strategy: "percentage", versions }, BY_HAND);
}
