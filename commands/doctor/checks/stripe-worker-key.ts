import { check } from "../check.ts";
import { doubtful, fine, wrong } from "../finding.ts";
import { accountOf, askStripe } from "./stripe-account.ts";

const KEYS = "https://dashboard.stripe.com/apikeys";

/** Whether the Worker's key is accepted, is of the right account, and opens customers and no more. */
export const stripeWorkerKey = check({
  name: "Stripe key, Worker",
  needs: ["stripeWorkerKey"],
  look: async (settings, { stack, values, engine }) => {
    const key = settings.stripeWorkerKey;
    const { status } = await askStripe(key, "/v1/customers?limit=1", values);
    const replace = `${engine.command} config set --secret stripeWorkerKey -s ${stack}, then: ${engine.command} up -s ${stack}`;
    if (status === 401) {
      return [
        wrong(
          "Stripe does not accept the Worker's key (stripeWorkerKey): it was revoked, has expired or is mistyped. Organizations wait until it is replaced; none is lost.",
          `Make a restricted key with "Customers: Write" at ${KEYS}, then: ${replace}`,
        ),
      ];
    }
    if (status !== 200) {
      return [
        wrong(
          'The Worker\'s key (stripeWorkerKey) may not read customers: it lacks "Customers: Write".',
          `Give it that permission at ${KEYS}; the key stays the same.`,
        ),
      ];
    }
    const account = await accountOf(key, values);
    const expected = values.stripeAccount ?? account;
    if (account !== undefined && account !== expected) {
      return [
        wrong(
          `The Worker's key (stripeWorkerKey) belongs to account ${account}, but the stack is for ${expected} (stripeAccount).`,
          `Make a restricted key in the right account, then: ${replace}`,
        ),
      ];
    }
    if (key.startsWith("sk_")) {
      return [
        doubtful(
          "The Worker's key (stripeWorkerKey) is a secret key: whoever gets hold of it has the whole account.",
          `Make a restricted key with "Customers: Write" at ${KEYS}, then: ${replace}`,
        ),
      ];
    }
    return [fine("The Worker's key is accepted, is restricted and reads customers.")];
  },
});
