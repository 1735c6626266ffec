import { check } from "../check.ts";
import { fine, wrong } from "../finding.ts";
import { accountOf, askStripe } from "./stripe-account.ts";

const KEYS = "https://dashboard.stripe.com/apikeys";

/** Whether the deployment's key is accepted, is of the right account, and may do its work. */
export const stripeKey = check({
  name: "Stripe key",
  needs: ["stripe:apiKey"],
  look: async (settings, { stack, values, engine }) => {
    const key = settings["stripe:apiKey"];
    const account = await accountOf(key, values);
    if (account === undefined) {
      return [
        wrong(
          "Stripe does not accept the key in stripe:apiKey: it was revoked, has expired or is mistyped.",
          `Make one at ${KEYS}, then: ${engine.command} config set --secret stripe:apiKey -s ${stack}`,
        ),
      ];
    }
    if (values.stripeAccount !== undefined && account !== values.stripeAccount) {
      return [
        wrong(
          `The key in stripe:apiKey belongs to account ${account}, but the stack is for ${values.stripeAccount} (stripeAccount).`,
          `Set the key of the right account: ${engine.command} config set --secret stripe:apiKey -s ${stack}`,
        ),
      ];
    }
    const { status } = await askStripe(key, "/v1/webhook_endpoints?limit=1", values);
    if (status !== 200) {
      return [
        wrong(
          'The key in stripe:apiKey may not read webhook endpoints: it lacks "Webhook Endpoints: Write".',
          `Give it that permission at ${KEYS}; the key stays the same.`,
        ),
      ];
    }
    return [fine(`The key is accepted, belongs to ${account} and reads webhook endpoints.`)];
  },
});
