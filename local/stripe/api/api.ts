import { type Context, Hono } from "hono";
import type { Account } from "../account/account.ts";
import { ConnectionCut } from "../faults/connection-cut.ts";
import type { Ids } from "../ids.ts";
import { type Answer, answerOf } from "./answer.ts";
import { ApiError } from "./api-error.ts";
import { authenticate, authorize } from "./authenticate.ts";
import { cutResponse } from "./cut-response.ts";
import { type Endpoint, endpointName } from "./endpoint.ts";
import { endpoints } from "./endpoints.ts";
import { foreignPermission } from "./foreign-permission.ts";
import { serveRequest } from "./serve-request.ts";
import { requestedVersion } from "./version.ts";

/** Stripe's API for these accounts, where `ids` names the requests; which one a request means, its key says. */
export function api(accounts: readonly Account[], ids: Ids): Hono {
  const app = new Hono();
  for (const endpoint of endpoints) {
    app.on(endpoint.method, endpoint.path, (context) =>
      serve(accounts, endpoint, { context, requestId: ids.request() }),
    );
  }
  app.notFound((context) => serveUnknown(accounts, { context, requestId: ids.request() }));
  return app;
}

/** A request and the id that it is given. */
interface Received {
  readonly context: Context;
  readonly requestId: string;
}

async function serve(
  accounts: readonly Account[],
  endpoint: Endpoint,
  { context, requestId }: Received,
): Promise<Response> {
  const { req } = context;
  const idempotencyKey = req.header("idempotency-key") || undefined;
  const respond = (answer: Answer) => toResponse(answer, requestId, context);
  let account: Account | undefined;
  try {
    const caller = authenticate(accounts, req.header("authorization"));
    account = caller.account;
    requireOwnAccount(account, req.header("stripe-account"));
    requestedVersion(req.header("stripe-version"));
    authorize(caller, endpoint.permission);
    const answer = await serveRequest({
      account,
      endpoint,
      requestId,
      path: req.path,
      objectId: req.param("id") ?? "",
      parameters: await readParameters(context),
      idempotencyKey,
      gone: req.raw.signal,
    });
    log(answer.status, answer.headers["Idempotent-Replayed"] === "true");
    return respond(answer);
  } catch (error) {
    if (error instanceof ConnectionCut) {
      log(error.cut, false);
      return cutResponse(error.cut);
    }
    const answer = answerOf(error);
    log(answer.status, false);
    return respond(answer);
  }

  function log(status: number | "refused" | "reset", replayed: boolean): void {
    if (!account) return;
    const at = account.clock.now();
    const { method, path } = req;
    const name = endpointName(endpoint);
    account.log.add({
      id: requestId,
      at,
      method,
      path,
      endpoint: name,
      idempotencyKey,
      status,
      replayed,
    });
  }
}

/** A restricted key hears of the missing permission first, as on the real API. */
async function serveUnknown(
  accounts: readonly Account[],
  { context, requestId }: Received,
): Promise<Response> {
  const { method, path } = context.req;
  try {
    const caller = authenticate(accounts, context.req.header("authorization"));
    const permission = foreignPermission(method, path);
    if (permission) authorize(caller, permission);
    throw new ApiError(404, {
      type: "invalid_request_error",
      message: `Unrecognized request URL (${method}: ${path}). Please see https://docs.stripe.com or we can help at https://support.stripe.com/.`,
    });
  } catch (error) {
    return toResponse(answerOf(error), requestId, context);
  }
}

async function readParameters({ req }: Context): Promise<string> {
  const query = new URL(req.url).search.slice(1);
  if (req.method === "GET") return query;
  const body = await req.text();
  const type = req.header("content-type");
  if (body !== "" && type !== undefined && !type.startsWith("application/x-www-form-urlencoded")) {
    throw ApiError.invalid(
      "Invalid request (check that your POST content type is application/x-www-form-urlencoded). If you have any questions, we can help at https://support.stripe.com/.",
    );
  }
  return query === "" ? body : `${query}&${body}`;
}

function requireOwnAccount(account: Account, asked: string | undefined): void {
  if (asked === undefined || asked === account.tenant.accountId) return;
  throw new ApiError(403, {
    type: "invalid_request_error",
    code: "account_invalid",
    message: `The provided key does not have access to account '${asked.slice(0, 40)}' (or that account does not exist). Application access may have been revoked.`,
  });
}

function toResponse(
  { status, body, headers }: Answer,
  requestId: string,
  { req }: Context,
): Response {
  const key = req.header("idempotency-key");
  return new Response(`${JSON.stringify(body, null, 2)}\n`, {
    status,
    headers: {
      "Content-Type": "application/json",
      "Cache-Control": "no-cache, no-store",
      "Request-Id": requestId,
      "Stripe-Version": req.header("stripe-version") ?? requestedVersion(undefined),
      ...(key && { "Idempotency-Key": key }),
      ...headers,
    },
  });
}
