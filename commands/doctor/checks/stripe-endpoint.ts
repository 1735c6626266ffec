import * as v from "valibot";
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
    const own = output.data.filter((endpoint) => endpoint.url === url);
    const repair = `${engine.command} up -s ${stack} --refresh`;
    const [endpoint] = own;
    if (endpoint === undefined) {
      return [
        wrong(
          `Stripe has no webhook endpoint for ${url}: customers deleted or changed in Stripe are not noticed.`,
          repair,
        ),
      ];
    }
    if (own.length > 1) {
      return [
        doubtful(
          `Stripe has ${own.length} webhook endpoints for ${url}: each event comes as often.`,
          "Delete the ones that the stack did not make: https://dashboard.stripe.com/webhooks",
        ),
      ];
    }
    if (endpoint.status !== "enabled") {
      return [
        wrong(
          "Stripe's webhook endpoint is disabled, by hand or because the Worker refused events for days: customers deleted or changed in Stripe are not noticed.",
          repair,
        ),
      ];
    }
    const missing = EVENTS.filter((event) => !endpoint.enabled_events.includes(event));
    if (missing.length > 0 && !endpoint.enabled_events.includes("*")) {
      return [wrong(`Stripe's webhook endpoint does not get ${missing.join(", ")}.`, repair)];
    }
    return [fine("Stripe's webhook endpoint is enabled and points to the Worker.")];
  },
});
