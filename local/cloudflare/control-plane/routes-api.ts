import { Hono } from "hono";
import { createRoute, deleteRoute, requireRoute, updateRoute } from "../account/routes.ts";
import { type ApiEnvironment, param } from "./api-environment.ts";
import { jsonBody, page, success } from "./envelope.ts";

/** `/zones/Z/workers/routes`: URL patterns of a zone that a Worker answers. */
export function routesApi(): Hono<ApiEnvironment> {
  const app = new Hono<ApiEnvironment>();
  app.get("/", (c) => page(c, c.get("account").state.routes));
  app.post("/", async (c) => {
    const account = c.get("account");
    const route = createRoute(account, await jsonBody(c));
    await account.commit();
    return success(c, route);
  });
  app.get("/:id", (c) => success(c, requireRoute(c.get("account"), param(c, "id"))));
  app.put("/:id", async (c) => {
    const account = c.get("account");
    const { id } = requireRoute(account, param(c, "id"));
    const route = updateRoute(account, id, await jsonBody(c));
    await account.commit();
    return success(c, route);
  });
  app.delete("/:id", async (c) => {
    const account = c.get("account");
    const { id } = requireRoute(account, param(c, "id"));
    deleteRoute(account, id);
    await account.commit();
    return success(c, { id });
  });
  return app;
}
