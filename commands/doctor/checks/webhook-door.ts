import { ask, bearer } from "../ask.ts";
import { check } from "../check.ts";
import { doubtful, fine, wrong } from "../finding.ts";
import { workerRepair } from "../worker-repair.ts";

/** A deletion, which the Worker takes and does nothing about: it concerns no customer. */
const HARMLESS = {
  type: "DELETE",
  table: "organizations",
  schema: "public",
  record: null,
  old_record: { id: "00000000-0000-4000-8000-000000000000" },
};

/** Whether the Worker lets the database's webhook in, and nobody else. */
export const webhookDoor = check({
  name: "Webhook, door",
  needs: ["webhookToken"],
  look: async (settings, { stack, worker }) => {
    if (worker === undefined) {
      return [
        doubtful("Not looked at: where the Worker answers is not set.", "See Settings, above."),
      ];
    }
    const knock = async (token: string) => {
      const url = `${worker.url}/webhooks/supabase`;
      const question = { whom: "the Worker", url, method: "POST", body: HARMLESS } as const;
      return (await ask({ ...question, headers: bearer(token) })).status;
    };
    const stranger = await knock("not-the-token-of-any-webhook");
    const ours = await knock(settings.webhookToken);
    if (stranger === 200) {
      return [
        wrong(
          "The Worker lets a webhook in whose token is wrong: anybody can ring.",
          workerRepair(stack),
        ),
      ];
    }
    if (stranger !== 401) {
      return [
        doubtful(
          `Not looked at: the Worker answered ${stranger} where a wrong token gets 401.`,
          "See Worker, above.",
        ),
      ];
    }
    if (ours !== 200) {
      return [
        wrong(
          `The Worker refuses the stack's webhookToken (answer ${ours}): the database rings in vain, and organizations are linked up to a minute later.`,
          workerRepair(stack),
        ),
      ];
    }
    return [fine("The Worker lets the stack's webhook token in and answers any other with 401.")];
  },
});
