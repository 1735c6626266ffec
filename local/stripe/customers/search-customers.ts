import { ApiError } from "../api/api-error.ts";
import type { Endpoint } from "../api/endpoint.ts";
import { readLimit } from "../api/page.ts";
import { required } from "../form/parameter-reader.ts";
import { parseSearch } from "./parse-search.ts";

/** https://docs.stripe.com/api/customers/search: behind by the account's search lag. */
export const searchCustomers: Endpoint = {
  method: "GET",
  path: "/v1/customers/search",
  permission: "customer_read",
  prepare: ({ account, parameters }) => {
    const fits = parseSearch(required(parameters.string("query"), "query"));
    const limit = readLimit(parameters);
    const start = readPage(parameters.string("page"));
    const expand = parameters.list("expand") ?? [];
    parameters.end();
    return () => {
      const found = account.state.searchIndex.find(account.clock.now() - account.searchLagMs, fits);
      const end = start + limit;
      const hasMore = found.length > end;
      return {
        body: {
          object: "search_result",
          url: "/v1/customers/search",
          has_more: hasMore,
          next_page: hasMore ? pageToken(end) : null,
          data: found.slice(start, end),
          ...(expand.includes("total_count") && { total_count: found.length }),
        },
      };
    };
  },
};

function pageToken(start: number): string {
  return Buffer.from(JSON.stringify({ start })).toString("base64url");
}

function readPage(token: string | null | undefined): number {
  if (token === null || token === undefined) return 0;
  const text = Buffer.from(token, "base64url").toString("utf8");
  const [, start] = /^\{"start":(\d{1,9})\}$/.exec(text) ?? [];
  if (start === undefined) throw ApiError.invalid("Invalid page token.", { param: "page" });
  return Number(start);
}
