import { serveProvider } from "@stripe-customer-sync/provider-kit";
import type { CloudflareTenant } from "../tenants.ts";
import { Account, type AccountHost } from "./account/account.ts";
import type { WorkerRecord } from "./account/account-state.ts";
import { loadable } from "./account/loadable.ts";
import { ModuleStore } from "./account/module-store.ts";
import { type AccountHandle, accountHandle } from "./account-handle.ts";
import { CallLog } from "./control-plane/call-log.ts";
import { controlPlane } from "./control-plane/control-plane.ts";
import { serveOnLoopback } from "./control-plane/serve-on-loopback.ts";
import { parseCron } from "./cron/parse-cron.ts";
import { startCronTimer } from "./cron/start-cron-timer.ts";
import { buildRoutingTable } from "./data-plane/build-routing-table.ts";
import { chooseVersion } from "./data-plane/router/choose-version.ts";
import type { ScheduledResult } from "./data-plane/router/commands.ts";
import { scriptKey } from "./data-plane/routing-table.ts";
import { startDataPlane } from "./data-plane/start-data-plane.ts";
import { cloudflareProvider } from "./provider/cloudflare-provider.ts";
import { type WorkerLogSink, WorkerLogs } from "./worker-logs.ts";

export interface CloudflareOptions {
  readonly tenants: readonly CloudflareTenant[];
  /** Of the API, on 127.0.0.1. 0, the default of all three: the operating system chooses. */
  readonly apiPort?: number;
  /** Of requests to Workers. */
  readonly workersPort?: number;
  /** Of the provider that the Pulumi engine attaches to. */
  readonly providerPort?: number;
  /** Holds uploads, secrets and deployments; a start with the same folder goes on with them. */
  readonly stateFolder: string;
  /** Gets every line that a Worker logs. */
  readonly logSink?: WorkerLogSink;
}

/** A running Cloudflare on one machine. */
export interface CloudflareCloud {
  /** Base URL for clients: ends with `/client/v4`. */
  readonly apiUrl: string;
  /** Origin of requests to Workers, which are named by Host header or first path segment. */
  readonly workersUrl: string;
  /** For `PULUMI_DEBUG_PROVIDERS=cloudflare:<port>`. */
  readonly providerPort: number;
  /** @throws for an id that is none of the tenants' */
  account(accountId: string): AccountHandle;
  /** Stops serving; the state stays in its folder. A second call does nothing. */
  close(): Promise<void>;
}

/** Starts control plane, data plane, cron timer and provider; everything listens on 127.0.0.1. */
export async function startCloudflare(options: CloudflareOptions): Promise<CloudflareCloud> {
  const modules = new ModuleStore(options.stateFolder);
  const logs = new WorkerLogs(options.logSink);
  const calls = new CallLog();
  const host: AccountHost = {
    stateFolder: options.stateFolder,
    modules,
    check: (version) => dataPlane.check(version),
    publish: () => dataPlane.publish(buildRoutingTable(accounts)),
  };
  const accounts = options.tenants.map((tenant) => new Account(tenant, host));

  const dataPlane = await startDataPlane(options.workersPort ?? 0, {
    table: () => buildRoutingTable(accounts),
    version: (versionId) => {
      const versions = accounts.flatMap(({ state }) => state.workers.flatMap((w) => w.versions));
      const version = versions.find(({ id }) => id === versionId);
      return version && loadable(version, modules);
    },
    tail: (report) => logs.add(report),
  });
  const closing: (() => Promise<void>)[] = [() => dataPlane.close()];
  const closeAll = async () => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  const serve = async () => {
    const api = await serveOnLoopback(controlPlane(accounts, calls), options.apiPort ?? 0);
    closing.push(api.close);
    const provider = await serveProvider(cloudflareProvider, { port: options.providerPort ?? 0 });
    closing.push(provider.close);
    return { api, provider };
  };
  const { api, provider } = await serve().catch(async (error: unknown) => {
    await closeAll();
    throw error;
  });

  const runCron = async (
    account: Account,
    worker: WorkerRecord,
    cron: string,
    time: Date,
  ): Promise<ScheduledResult> => {
    const key = scriptKey(account.tenant.accountId, worker.name);
    const routed = buildRoutingTable([account]).scripts[key];
    // By share, as a request. Which version of a gradual rollout a schedule runs on the platform
    // does not document, so nothing may rely on it.
    const versionId = routed && chooseVersion(routed, new Headers());
    if (versionId === undefined) throw new Error(`Worker ${worker.name} is not deployed.`);
    if (routed?.stopped) throw new Error(`Worker ${worker.name} is stopped.`);
    return dataPlane.runScheduled({ script: key, versionId, cron, scheduledTime: time.getTime() });
  };
  const stopTimer = startCronTimer((minute) => {
    for (const account of accounts) {
      for (const worker of account.state.workers) {
        if (worker.deployments.length === 0 || account.stopped.has(worker.id)) continue;
        for (const { cron } of worker.schedules) {
          if (!parseCron(cron)?.(minute)) continue;
          // What the Worker throws is in its logs; the next minute comes anyway.
          runCron(account, worker, cron, minute).catch(() => {});
        }
      }
    }
  });

  return {
    apiUrl: `${api.url}/client/v4`,
    workersUrl: dataPlane.url,
    providerPort: provider.port,
    account: (accountId) => {
      const account = accounts.find(({ tenant }) => tenant.accountId === accountId);
      if (!account) throw new Error(`The local cloud has no Cloudflare account ${accountId}.`);
      const key = (worker: WorkerRecord) => scriptKey(accountId, worker.name);
      return accountHandle(account, {
        calls: () => calls.of(accountId),
        runCron: (worker, cron) => runCron(account, worker, cron, new Date()),
        logs: (worker, howMany) => logs.of(key(worker), howMany),
        requests: async (worker) => (await dataPlane.requests())[key(worker)] ?? 0,
      });
    },
    close: async () => {
      stopTimer();
      await closeAll();
    },
  };
}
