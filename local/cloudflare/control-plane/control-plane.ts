import { Hono } from "hono";
import type { Account } from "../account/account.ts";
import { ApiError, apiCode } from "../account/api-error.ts";
import type { ApiEnvironment } from "./api-environment.ts";
import { authenticate } from "./authenticate.ts";
import type { CallLog } from "./call-log.ts";
import { domainsApi } from "./domains-api.ts";
import { failure } from "./envelope.ts";
import { routesApi } from "./routes-api.ts";
import { scriptsApi } from "./scripts-api.ts";
import { servicesApi } from "./services-api.ts";
import { uploadsApi } from "./uploads-api.ts";
import { userApi } from "./user-api.ts";
import { versionsApi } from "./versions-api.ts";
import { workersApi } from "./workers-api.ts";

/** The calls of Cloudflare's API that the official provider, wrangler and the client make. */
export function controlPlane(accounts: readonly Account[], calls: CallLog): Hono<ApiEnvironment> {
  const app = new Hono<ApiEnvironment>({ strict: false });
  app.onError((error, c) => failure(c, error));
  app.notFound((c) => {
    const message = `Could not route to ${c.req.path}, perhaps your object identifier is invalid?`;
    return failure(c, new ApiError(404, apiCode.noSuchRoute, message));
  });
  app.use(calls.middleware());
  app.use(authenticate(accounts));

  const account = "/client/v4/accounts/:accountId/workers";
  app.route(`${account}/workers`, workersApi());
  app.route(`${account}/workers`, versionsApi());
  app.route(account, scriptsApi());
  app.route(account, uploadsApi());
  app.route("/client/v4/accounts/:accountId", servicesApi());
  app.route(`${account}/domains`, domainsApi());
  app.route("/client/v4/zones/:zoneId/workers/routes", routesApi());
  app.route("/client/v4", userApi());
  return app;
}
