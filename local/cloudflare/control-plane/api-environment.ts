import type { Context } from "hono";
import type { Account } from "../account/account.ts";
import type { Origin } from "../account/versions.ts";

/** What authentication leaves for the calls behind it. */
export interface ApiEnvironment {
  Variables: { account: Account };
}

export type ApiContext = Context<ApiEnvironment>;

/** A parameter of the matched path. */
export function param(c: ApiContext, name: string): string {
  return c.req.param(name) ?? "";
}

/** Who made a version or a deployment, as lists show it. */
export function origin(c: ApiContext, triggeredBy: string): Origin {
  const wrangler = (c.req.header("user-agent") ?? "").startsWith("wrangler");
  return { source: wrangler ? "wrangler" : "api", triggeredBy };
}
