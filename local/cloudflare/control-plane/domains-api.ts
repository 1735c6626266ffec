import { Hono } from "hono";
import { deleteDomain, putDomain, requireDomain } from "../account/domains.ts";
import { type ApiEnvironment, param } from "./api-environment.ts";
import { jsonBody, page, success } from "./envelope.ts";

/** `/accounts/A/workers/domains`: host names that belong to a Worker. */
export function domainsApi(): Hono<ApiEnvironment> {
  const app = new Hono<ApiEnvironment>();
  app.get("/", (c) => page(c, c.get("account").state.domains));
  app.put("/", async (c) => {
    const account = c.get("account");
    const domain = putDomain(account, await jsonBody(c));
    await account.commit();
    return success(c, domain);
  });
  app.get("/:id", (c) => success(c, requireDomain(c.get("account"), param(c, "id"))));
  app.delete("/:id", async (c) => {
    const account = c.get("account");
    const domain = requireDomain(account, param(c, "id"));
    deleteDomain(account, domain);
    await account.commit();
    return success(c, { id: domain.id });
  });
  return app;
}
