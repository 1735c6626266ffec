import * as v from "valibot";
import { parseJson } from "../http/parse-json.ts";
import { readBody } from "../http/read-body.ts";
import { Refusal } from "../http/refusal.ts";
import { requireBearer } from "../http/require-bearer.ts";
import { requireJson } from "../http/require-json.ts";
import { type OrganizationId, organizationIdSchema } from "../ids.ts";
import { createServices } from "../services.ts";
import type { Settings } from "../settings/settings.ts";
import type { Outcome } from "../sync/outcome.ts";
import { pullInBackground } from "../sync/pull-in-background.ts";
import { ring } from "../sync/ring.ts";
import type { WaitUntil } from "./wait-until.ts";

/**
 * `POST /webhooks/supabase`: a row of organizations changed. The body is Supabase's stock webhook
 * payload (https://supabase.com/docs/guides/database/webhooks#payload) and is trusted for one
 * thing, the organization's id. Answers 200 when the organization is linked, 202 with the reason
 * when it is not yet.
 *
 * @throws Refusal for what is no such event; JobsError
 */
export async function supabaseWebhook(
  request: Request,
  settings: Settings,
  waitUntil: WaitUntil,
): Promise<Response> {
  await requireBearer(request, settings.webhookTokens);
  requireJson(request);
  const organization = organizationOf(parseJson(await readBody(request)));
  if (organization === undefined) return Response.json({ status: "ignored" });

  const services = createServices(settings);
  const work = ring(organization, services);
  // pg_net hangs up at its time limit; the customer and its write-back still belong together.
  waitUntil(work.catch(() => undefined));
  const outcome = await work;
  if (outcome.status === "deferred" && outcome.reason === "pace") {
    waitUntil(pullInBackground(services));
  }
  return answer(outcome);
}

function answer(outcome: Outcome): Response {
  if (outcome.status === "linked") {
    const { status, organization: organization_id, customer: customer_id } = outcome;
    return Response.json({ status, organization_id, customer_id });
  }
  const { status, organization: organization_id, reason, retryAfterSeconds } = outcome;
  const body = { status, organization_id, reason, retry_after_seconds: retryAfterSeconds };
  return Response.json(body, { status: 202 });
}

/** Undefined for the deletion of an organization, which concerns no customer. */
function organizationOf(payload: unknown): OrganizationId | undefined {
  const { success, output, issues } = v.safeParse(payloadSchema, payload);
  if (!success) throw new Refusal(400, "invalid_payload", issues[0].message);
  return output.type === "DELETE" ? undefined : output.record.id;
}

// Every message is ours, because the library's own quote what they got.
const change = {
  table: v.literal("organizations", 'table must be "organizations".'),
  schema: v.literal("public", 'schema must be "public".'),
};
const idMessage = "record.id must be a UUID.";
const record = v.object(
  { id: v.pipe(v.string(idMessage), v.uuid(idMessage), organizationIdSchema) },
  "record must be an object with an id.",
);
const payloadSchema = v.variant(
  "type",
  [
    v.object({ type: v.literal("DELETE"), ...change }),
    v.object({ type: v.picklist(["INSERT", "UPDATE"]), ...change, record }),
  ],
  'The body must be an object with type "INSERT", "UPDATE" or "DELETE".',
);
