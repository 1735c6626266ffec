import { Hono } from "hono";
import type { WorkerRecord } from "../account/account-state.ts";
import { ApiError, apiCode } from "../account/api-error.ts";
import { deleteWorker, findWorker } from "../account/workers.ts";
import { type ApiContext, type ApiEnvironment, param } from "./api-environment.ts";
import { page, success } from "./envelope.ts";
import { shownScript } from "./shown-script.ts";

/** What wrangler asks of an account before and after it deploys or deletes a Worker. */
export function servicesApi(): Hono<ApiEnvironment> {
  const app = new Hono<ApiEnvironment>();
  app.get("/workers/services/:script", (c) => success(c, shownService(service(c))));
  app.delete("/workers/services/:script", async (c) => {
    const account = c.get("account");
    deleteWorker(account, service(c));
    await account.commit();
    return success(c, null);
  });
  app.get("/workers/subdomain", (c) =>
    success(c, { subdomain: c.get("account").tenant.workersDevSubdomain }),
  );
  // Before it deletes a Worker, wrangler looks for what would be left over. There never is any.
  app.get("/workers/durable_objects/namespaces", (c) => page(c, []));
  app.get("/storage/kv/namespaces", (c) => page(c, []));
  return app;
}

/** @throws ApiError 404 with code 10090, by which wrangler knows a new Worker */
function service(c: ApiContext): WorkerRecord {
  const worker = findWorker(c.get("account"), param(c, "script"));
  if (worker) return worker;
  throw new ApiError(404, apiCode.serviceNotFound, "This service does not exist.");
}

function shownService(worker: WorkerRecord): Record<string, unknown> {
  const script = { ...shownScript(worker), last_deployed_from: worker.deployments[0]?.source };
  return {
    id: worker.name,
    created_on: worker.created_on,
    modified_on: worker.updated_on,
    default_environment: { environment: "production", script },
    environments: [{ environment: "production", script }],
  };
}
