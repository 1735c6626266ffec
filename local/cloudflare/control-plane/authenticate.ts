import type { MiddlewareHandler } from "hono";
import type { Account } from "../account/account.ts";
import { ApiError, apiCode } from "../account/api-error.ts";
import type { ApiEnvironment } from "./api-environment.ts";

/**
 * Lets a call through to the account that its token belongs to. Clients look for code 10000 to tell
 * a failed authentication from everything else.
 */
export function authenticate(accounts: readonly Account[]): MiddlewareHandler<ApiEnvironment> {
  return async (c, next) => {
    const [, token] = /^Bearer (.+)$/.exec(c.req.header("authorization") ?? "") ?? [];
    const account = accounts.find(({ tenant }) => tenant.apiToken === token);
    if (!account) throw new ApiError(401, apiCode.authentication, "Authentication error");

    const [, kind, id] = /\/client\/v4\/(accounts|zones)\/([^/]+)/.exec(c.req.path) ?? [];
    const own = kind === "zones" ? account.tenant.zoneId : account.tenant.accountId;
    if (id !== undefined && id !== own) {
      throw new ApiError(403, apiCode.authentication, "Authentication error");
    }
    c.set("account", account);
    await next();
  };
}
