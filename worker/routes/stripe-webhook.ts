import * as v from "valibot";
import { readBody } from "../http/read-body.ts";
import { Refusal } from "../http/refusal.ts";
import { requireJson } from "../http/require-json.ts";
import type { CustomerEventAnswer } from "../jobs/answers.ts";
import { log } from "../log.ts";
import { createServices, type Services } from "../services.ts";
import type { Settings } from "../settings/settings.ts";
import { verifyEvent } from "../stripe/verify-event.ts";
import { pullInBackground } from "../sync/pull-in-background.ts";
import { type CustomerReport, reportOf } from "../sync/report-of-event.ts";
import type { WaitUntil } from "./wait-until.ts";

/**
 * `POST /webhooks/stripe`: Stripe's own word on a customer, which closes the loop when an answer
 * was lost or somebody changed the customer by hand. Answers 200 with what became of the event,
 * also for events that change nothing, because Stripe repeats everything else for days.
 *
 * @throws Refusal 400 for a wrong or old signature; JobsError
 */
export async function stripeWebhook(
  request: Request,
  settings: Settings,
  waitUntil: WaitUntil,
): Promise<Response> {
  requireJson(request);
  const signature = request.headers.get("stripe-signature") ?? "";
  const verified = await verifyEvent(
    await readBody(request),
    signature,
    settings.stripe.webhookSecrets,
  );
  const { success, output: event } = v.safeParse(eventSchema, verified);
  if (!success) throw new Refusal(400, "invalid_event", "The body is not an event of Stripe.");

  const report = reportOf(event, settings);
  if ("reason" in report) {
    const { id: event_id, type } = event;
    log.stripeEventIgnored({ event_id, type, reason: report.reason });
    return Response.json({ status: "ignored", reason: report.reason });
  }
  const services = createServices(settings);
  const { outcome, backlog } = await tell(report, event.id, services);
  if (backlog) waitUntil(pullInBackground(services));
  return Response.json({ status: outcome === "repair" ? "repaired" : outcome });
}

async function tell(
  report: CustomerReport,
  event_id: string,
  { jobs, customers }: Services,
): Promise<CustomerEventAnswer> {
  const { customer: customer_id, kind, organization } = report;
  const answer = await jobs.customerEvent(customer_id, kind, organization);
  log.stripeEvent({ event_id, customer_id, kind, outcome: answer.outcome });
  if (answer.outcome !== "adopted" || (await customers.exists(customer_id))) return answer;

  // Events come late and in any order: the customer was deleted before it was adopted.
  const correction = await jobs.customerEvent(customer_id, "deleted", organization);
  log.stripeEvent({ event_id, customer_id, kind: "deleted", outcome: correction.outcome });
  return correction;
}

const eventSchema = v.object({
  id: v.pipe(v.string(), v.regex(/^evt_\w{1,250}$/)),
  type: v.pipe(v.string(), v.regex(/^[\w.]{1,100}$/)),
  livemode: v.boolean(),
  account: v.optional(v.unknown()),
  data: v.object({
    object: v.record(v.string(), v.unknown()),
    previous_attributes: v.optional(v.unknown()),
  }),
});
