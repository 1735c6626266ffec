import { Hono } from "hono";
import type { Account } from "../account/account.ts";
import { authorEmail } from "../account/deployments.ts";
import type { ApiEnvironment } from "./api-environment.ts";
import { page, success } from "./envelope.ts";

/** Who a token belongs to: what `wrangler whoami` asks. */
export function userApi(): Hono<ApiEnvironment> {
  const app = new Hono<ApiEnvironment>();
  app.get("/user/tokens/verify", (c) =>
    success(c, { id: c.get("account").tenant.accountId, status: "active" }),
  );
  app.get("/user", (c) => success(c, { id: "local", email: authorEmail(c.get("account")) }));
  app.get("/accounts", (c) => page(c, [shownAccount(c.get("account"))]));
  app.get("/accounts/:accountId", (c) => success(c, shownAccount(c.get("account"))));
  app.get("/memberships", (c) =>
    page(c, [
      {
        id: "local",
        status: "accepted",
        account: shownAccount(c.get("account")),
        roles: ["Administrator"],
      },
    ]),
  );
  return app;
}

function shownAccount({ tenant }: Account): { id: string; name: string } {
  return { id: tenant.accountId, name: tenant.accountName };
}
