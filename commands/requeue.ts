import { UserError } from "@stripe-customer-sync/provider-kit";
import { defineCommand, runMain } from "citty";
import { requeueDead, requeueOrganizations } from "./requeue/requeue.ts";
import { requeueText } from "./requeue/requeue-text.ts";
import { openStack } from "./stack/open-stack.ts";
import { requireKnownArguments } from "./stack/require-known-arguments.ts";
import { tellFailure } from "./stack/tell-failure.ts";

/**
 * `npm run requeue -- --stack S ORG…`: puts jobs that wait or rest back to be done at the next
 * pull, and prints each organization's state before and after. With `--all-dead` every dead job
 * but those whose customer was deleted in Stripe: to have those made anew, name them. Exit code 1
 * when an organization was unknown or nothing could be done.
 */
const requeue = defineCommand({
  meta: { name: "npm run requeue --", description: "Put parked or dead jobs back" },
  args: {
    stack: { type: "string", description: "The stack of the environment", default: "" },
    "all-dead": { type: "boolean", description: "Every job that Stripe refused, instead of ORG…" },
  },
  run: async ({ args }) => {
    try {
      requireKnownArguments(args, ["stack", "all-dead"], "ORG");
      const organizations = [...new Set(args._)];
      const all = args["all-dead"] ?? false;
      if (all === organizations.length > 0) {
        throw new UserError("Name the organizations by their ids, or say --all-dead; not both.");
      }
      const stack = await openStack(args.stack);
      const requeued = all
        ? await requeueDead(stack)
        : await requeueOrganizations(stack, organizations);
      process.stdout.write(requeueText(stack, requeued));
      process.exitCode = requeued.some(({ after }) => after === "unknown") ? 1 : 0;
    } catch (error) {
      tellFailure(error, 1);
    }
  },
});

await runMain(requeue);
