import { organization } from "./scripted-database.ts";
import {
  type ScriptedAnswer,
  type ScriptedServer,
  startScriptedServer,
} from "./scripted-server.ts";

/** A customer as Stripe answers it. */
export function customer(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: "cus_Fake1",
    object: "customer",
    livemode: false,
    created: 1_790_000_000,
    metadata: { organization_id: organization, environment: "local" },
    ...changes,
  };
}

/** A list or a search result of Stripe. */
export function page(data: readonly Record<string, unknown>[], has_more = false): ScriptedAnswer {
  return { status: 200, json: { object: "list", data, has_more, url: "/v1/customers" } };
}

/** Stripe's error object. */
export function stripeError(
  status: number,
  error: Record<string, unknown>,
  headers: Record<string, string> = {},
): ScriptedAnswer {
  const message = "No such thing for ada@example.com with key rk_test_fake_local_sandbox";
  return {
    status,
    headers: { "request-id": "req_fake1", ...headers },
    json: { error: { message, ...error } },
  };
}

/** Stripe with one answer for everything but what `routes` say, such as `"GET /v1/customers"`. */
export async function startScriptedStripe(
  routes: Record<string, ScriptedAnswer | ((call: number) => ScriptedAnswer)>,
): Promise<ScriptedServer & { sent(route: string): number }> {
  const counts = new Map<string, number>();
  const server = await startScriptedServer(({ method, path }) => {
    const route = `${method} ${path}`;
    const count = (counts.get(route) ?? 0) + 1;
    counts.set(route, count);
    const answer = routes[route];
    if (answer === undefined) throw new Error(`Stripe was not to be asked for ${route}`);
    return typeof answer === "function" ? answer(count) : answer;
  });
  return { ...server, sent: (route) => counts.get(route) ?? 0 };
}
