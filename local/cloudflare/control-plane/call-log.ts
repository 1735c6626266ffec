import type { MiddlewareHandler } from "hono";
import type { ApiEnvironment } from "./api-environment.ts";

/** A call that the API has answered. */
export interface ApiCall {
  readonly accountId: string | undefined;
  readonly method: string;
  /** Below `/client/v4`, with the query. */
  readonly path: string;
  readonly status: number;
}

const KEPT_CALLS = 2000;

/** The last calls, for tests of what a client does. */
export class CallLog {
  #calls: ApiCall[] = [];

  middleware(): MiddlewareHandler<ApiEnvironment> {
    return async (c, next) => {
      await next();
      const { pathname, search } = new URL(c.req.url);
      const account = c.get("account") as ApiEnvironment["Variables"]["account"] | undefined;
      this.#calls.push({
        accountId: account?.tenant.accountId,
        method: c.req.method,
        path: pathname.replace("/client/v4", "") + search,
        status: c.res.status,
      });
      if (this.#calls.length > KEPT_CALLS) this.#calls = this.#calls.slice(-KEPT_CALLS / 2);
    };
  }

  of(accountId: string): ApiCall[] {
    return this.#calls.filter((call) => call.accountId === accountId);
  }
}
