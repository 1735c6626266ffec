import * as v from "valibot";
import { readEndpoints } from "../../../stacks/generations.ts";
import { check } from "../check.ts";
import { doubtful, fine, wrong } from "../finding.ts";
import { askStripe } from "./stripe-account.ts";

const endpoints = v.object({
  data: v.array(
    v.object({ url: v.string(), status: v.string(), enabled_events: v.array(v.string()) }),
  ),
});
const EVENTS = ["customer.created", "customer.deleted", "customer.updated"];

/** Whether Stripe sends its events on customers to the stack's Worker. */
export const stripeEndpoint = check({
  name: "Stripe endpoint",
  needs: ["stripe:apiKey"],
  look: async (settings, { stack, values, engine, worker }) => {
    if (worker === undefined) {
      return [
        doubtful("Not looked at: where the Worker answers is not set.", "See Settings, above."),
      ];
    }
    const answer = await askStripe(
      settings["stripe:apiKey"],
      "/v1/webhook_endpoints?limit=100",
      values,
    );
    const { success, output } = v.safeParse(endpoints, answer.body);
    if (answer.status !== 200 || !success) {
      return [
        doubtful("Not looked at: the key in stripe:apiKey opens no endpoints.", "See Stripe key."),
      ];
    }
    const url = `${worker.url}/webhooks/stripe`;
    // Two of the stack's own while a signing secret is rotated, one of which may be silent.
    const declared = readEndpoints(values.stripeEndpoints).length;
    const own = output.data.filter((endpoint) => endpoint.url === url);
    const repair = `${engine.command} up -s ${stack} --refresh`;
    if (own.length === 0) {
      return [
        wrong(
          `Stripe has no webhook endpoint for ${url}: customers deleted or changed in Stripe are not noticed.`,
          repair,
        ),
      ];
    }
    if (own.length > declared) {
      return [
        doubtful(
          `Stripe has ${own.length} webhook endpoints for ${url}: each event comes as often.`,
          "Delete the ones that the stack did not make: https://dashboard.stripe.com/webhooks",
        ),
      ];
    }
    const enabled = own.filter(({ status }) => status === "enabled");
    if (enabled.length === 0) {
      return [
        wrong(
          "Stripe's webhook endpoint is disabled, by hand or because the Worker refused events for days: customers deleted or changed in Stripe are not noticed.",
          repair,
        ),
      ];
    }
    const heard = new Set(enabled.flatMap(({ enabled_events }) => enabled_events));
    const missing = EVENTS.filter((event) => !heard.has(event) && !heard.has("*"));
    if (missing.length > 0) {
      return [wrong(`Stripe's webhook endpoint does not get ${missing.join(", ")}.`, repair)];
    }
    return [fine("Stripe's webhook endpoint is enabled and points to the Worker.")];
  },
});
