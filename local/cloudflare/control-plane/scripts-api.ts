import { Hono } from "hono";
import type { VersionRecord, WorkerRecord } from "../account/account-state.ts";
import { shownBinding } from "../account/bindings.ts";
import { deploy, requireDeployment } from "../account/deployments.ts";
import { refuseOldSecrets } from "../account/refuse-old-secrets.ts";
import { setSchedules } from "../account/schedules.ts";
import { deleteSecret, listSecrets, putSecret, requireSecret } from "../account/secrets.ts";
import { deleteWorker, requireWorker, updateWorker } from "../account/workers.ts";
import { type ApiContext, type ApiEnvironment, origin, param } from "./api-environment.ts";
import { jsonBody, page, success } from "./envelope.ts";
import { shownScript } from "./shown-script.ts";

/** `/accounts/A/workers/scripts/W/…`: what is live of a Worker, and what calls it. */
export function scriptsApi(): Hono<ApiEnvironment> {
  const app = new Hono<ApiEnvironment>();
  app.get("/scripts", (c) => page(c, c.get("account").state.workers.map(shownScript)));
  app.delete("/scripts/:script", async (c) => {
    const account = c.get("account");
    deleteWorker(account, script(c));
    await account.commit();
    return success(c, null);
  });

  app.get("/scripts/:script/deployments", (c) =>
    success(c, { deployments: script(c).deployments }),
  );
  app.post("/scripts/:script/deployments", async (c) => {
    const account = c.get("account");
    const worker = script(c);
    const body = await jsonBody(c);
    const force = c.req.query("force") === "true" || body.force === true;
    if (!force) refuseOldSecrets(worker, body.versions);
    const deployment = deploy(account, worker, body, origin(c, "deployment"));
    await account.commit();
    return success(c, deployment);
  });
  app.get("/scripts/:script/deployments/:id", (c) =>
    success(c, requireDeployment(script(c), param(c, "id"))),
  );

  app.get("/scripts/:script/schedules", (c) => success(c, { schedules: script(c).schedules }));
  app.put("/scripts/:script/schedules", async (c) => {
    const worker = script(c);
    setSchedules(worker, await jsonBody(c));
    await c.get("account").commit();
    return success(c, { schedules: worker.schedules });
  });

  app.get("/scripts/:script/secrets", (c) => page(c, listSecrets(script(c))));
  app.put("/scripts/:script/secrets", async (c) => {
    const account = c.get("account");
    const { source } = origin(c, "secret");
    const secret = putSecret(account, script(c), await jsonBody(c), source);
    await account.commit();
    return success(c, secret);
  });
  app.get("/scripts/:script/secrets/:name", (c) =>
    success(c, requireSecret(script(c), param(c, "name"))),
  );
  app.delete("/scripts/:script/secrets/:name", async (c) => {
    const account = c.get("account");
    deleteSecret(account, script(c), param(c, "name"), origin(c, "secret").source);
    await account.commit();
    return success(c, null);
  });

  app.get("/scripts/:script/subdomain", (c) => success(c, script(c).settings.subdomain));
  app.post("/scripts/:script/subdomain", async (c) => {
    const account = c.get("account");
    const worker = script(c);
    updateWorker(account, worker, { subdomain: await jsonBody(c) }, "amend");
    await account.commit();
    return success(c, worker.settings.subdomain);
  });

  app.get("/scripts/:script/settings", (c) => success(c, versionSettings(script(c))));
  app.get("/scripts/:script/script-settings", (c) => success(c, scriptSettings(script(c))));
  app.patch("/scripts/:script/script-settings", async (c) => {
    const account = c.get("account");
    const worker = script(c);
    updateWorker(account, worker, { ...(await jsonBody(c)), name: undefined }, "amend");
    await account.commit();
    return success(c, scriptSettings(worker));
  });
  return app;
}

function script(c: ApiContext): WorkerRecord {
  return requireWorker(c.get("account"), param(c, "script"));
}

function scriptSettings(worker: WorkerRecord): Record<string, unknown> {
  const { logpush, observability, tags, tail_consumers } = worker.settings;
  return { logpush, observability, tags, tail_consumers };
}

function versionSettings(worker: WorkerRecord): Record<string, unknown> {
  const newest: VersionRecord | undefined = worker.versions.at(-1);
  return {
    ...scriptSettings(worker),
    bindings: newest?.bindings.map(shownBinding) ?? [],
    compatibility_date: newest?.compatibility_date,
    compatibility_flags: newest?.compatibility_flags ?? [],
    usage_model: newest?.usage_model ?? "standard",
    ...newest?.extra,
  };
}
