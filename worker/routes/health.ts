import { requireBearer } from "../http/require-bearer.ts";
import { createServices } from "../services.ts";
import type { Settings } from "../settings/settings.ts";

/**
 * `GET /health`: the backlog as the database counts it, and the version that answers.
 *
 * @throws Refusal 401; JobsError
 */
export async function health(request: Request, settings: Settings): Promise<Response> {
  await requireBearer(request, [settings.operatorToken]);
  const { environment, version } = settings;
  const counts = await createServices(settings).jobs.health();
  return Response.json(
    { environment, version, ...counts },
    { headers: { "cache-control": "no-store" } },
  );
}
