import { Hono } from "hono/tiny";
import { Refusal } from "./http/refusal.ts";
import { JobsError } from "./jobs/jobs-error.ts";
import { log } from "./log.ts";
import { health } from "./routes/health.ts";
import { live } from "./routes/live.ts";
import { stripeWebhook } from "./routes/stripe-webhook.ts";
import { supabaseWebhook } from "./routes/supabase-webhook.ts";
import type { Bindings } from "./settings/bindings.ts";
import { readSettings } from "./settings/settings.ts";
import { SettingsError } from "./settings/settings-error.ts";

/** The Worker's routes. Nothing is answered that is not listed here. */
export const app = new Hono<{ Bindings: Bindings }>();

app.post("/webhooks/supabase", (c) =>
  supabaseWebhook(c.req.raw, readSettings(c.env), (work) => c.executionCtx.waitUntil(work)),
);
app.post("/webhooks/stripe", (c) =>
  stripeWebhook(c.req.raw, readSettings(c.env), (work) => c.executionCtx.waitUntil(work)),
);
app.get("/health", (c) => health(c.req.raw, readSettings(c.env)));
app.get("/live", (c) => live(c.req.raw, c.env));

const methods = {
  "/webhooks/supabase": "POST",
  "/webhooks/stripe": "POST",
  "/health": "GET, HEAD",
  "/live": "GET, HEAD",
};
for (const [route, allow] of Object.entries(methods)) {
  app.all(route, (c) =>
    refuse(c.req.raw, new Refusal(405, "method_not_allowed", `Use ${allow}.`), { allow }),
  );
}

app.notFound((c) => refuse(c.req.raw, new Refusal(404, "not_found", "There is nothing here.")));

app.onError((error, c) => {
  if (error instanceof Refusal) return refuse(c.req.raw, error);
  if (error instanceof SettingsError) {
    log.misconfigured(error.problems);
    return failure(500, "misconfigured", "The Worker's bindings are wrong; its log names them.");
  }
  if (error instanceof JobsError) {
    log.databaseFailed(error);
    return failure(503, "database_unavailable", "The database cannot be asked now.");
  }
  log.crashed(error);
  return failure(500, "internal_error", "The Worker failed; its log says where.");
});

function refuse(request: Request, refusal: Refusal, headers?: Record<string, string>): Response {
  const { status, code, message } = refusal;
  log.refused({ method: request.method, route: routeOf(request), status, code });
  return failure(status, code, message, {
    ...(status === 401 && { "www-authenticate": "Bearer" }),
    ...headers,
  });
}

/** Unknown paths are the caller's text and stay out of the log. */
function routeOf(request: Request): string {
  const { pathname } = new URL(request.url);
  return pathname in methods ? pathname : "unknown";
}

function failure(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Response {
  return Response.json({ error: { code, message } }, { status, headers });
}
