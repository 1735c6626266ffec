import { Hono } from "hono";
import type { Account } from "../account/account.ts";
import type { WorkerRecord } from "../account/account-state.ts";
import {
  createWorker,
  deleteWorker,
  requireWorker,
  updateWorker,
  type WorkerChange,
} from "../account/workers.ts";
import { type ApiContext, type ApiEnvironment, param } from "./api-environment.ts";
import { jsonBody, page, success } from "./envelope.ts";

/** `/accounts/A/workers/workers`: Workers with their settings, without code. */
export function workersApi(): Hono<ApiEnvironment> {
  const app = new Hono<ApiEnvironment>();
  app.get("/", (c) => {
    const account = c.get("account");
    return page(
      c,
      account.state.workers.map((worker) => shownWorker(account, worker)),
    );
  });
  app.post("/", async (c) => {
    const account = c.get("account");
    const worker = createWorker(account, (await jsonBody(c)) as WorkerChange);
    await account.commit();
    return success(c, shownWorker(account, worker));
  });
  app.get("/:worker", (c) => {
    const account = c.get("account");
    return success(c, shownWorker(account, requireWorker(account, param(c, "worker"))));
  });
  app.put("/:worker", (c) => change(c, "replace"));
  app.patch("/:worker", (c) => change(c, "amend"));
  app.delete("/:worker", async (c) => {
    const account = c.get("account");
    deleteWorker(account, requireWorker(account, param(c, "worker")));
    await account.commit();
    return success(c, null);
  });
  return app;
}

async function change(c: ApiContext, mode: "replace" | "amend"): Promise<Response> {
  const account = c.get("account");
  const worker = requireWorker(account, param(c, "worker"));
  updateWorker(account, worker, (await jsonBody(c)) as WorkerChange, mode);
  await account.commit();
  return success(c, shownWorker(account, worker));
}

function shownWorker(account: Account, worker: WorkerRecord): Record<string, unknown> {
  const domains = account.state.domains.filter(({ service }) => service === worker.name);
  return {
    id: worker.id,
    name: worker.name,
    created_on: worker.created_on,
    updated_on: worker.updated_on,
    deployed_on: worker.deployed_on,
    ...worker.settings,
    references: {
      dispatch_namespace_outbounds: [],
      domains: domains.map(({ id, hostname, zone_id, zone_name, cert_id }) => ({
        id,
        hostname,
        zone_id,
        zone_name,
        certificate_id: cert_id,
      })),
      durable_objects: [],
      queues: [],
      workers: [],
    },
  };
}
