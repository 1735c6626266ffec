import { UserError } from "@stripe-customer-sync/provider-kit";
import { defineCommand, runMain } from "citty";
import { engineOfStack } from "./engine/engine-of-stack.ts";
import { askToGoOn } from "./promote/ask-to-go-on.ts";
import { changesText } from "./promote/changes-text.ts";
import { liveNow, liveText } from "./promote/live-now.ts";
import { previewPromotion } from "./promote/preview-promotion.ts";
import { requireStagedBundle } from "./promote/require-staged-bundle.ts";
import { step } from "./promote/step.ts";
import { updateStack } from "./promote/update-stack.ts";
import { requireKnownArguments } from "./stack/require-known-arguments.ts";
import { tellFailure } from "./stack/tell-failure.ts";

/**
 * `npm run promote [-- --from staging --to production] [--yes]`: brings what one stack runs to the
 * next: digest check, preview, confirmation, update, live check. Stops at the first step that
 * fails and says what to do; exit code 0 only when the bundle is live.
 */
const promote = defineCommand({
  meta: {
    name: "npm run promote --",
    description: "Bring what one stack runs to the next, step by step",
  },
  args: {
    from: { type: "string", description: "The stack that runs the bundle", default: "staging" },
    to: { type: "string", description: "The stack that shall get it", default: "production" },
    yes: { type: "boolean", description: "Update without being asked" },
  },
  run: async ({ args }) => {
    try {
      requireKnownArguments(args, ["from", "to", "yes"]);
      await promoteBundle(args.from, args.to, args.yes ?? false);
    } catch (error) {
      tellFailure(error, 1);
    }
  },
});

await runMain(promote);

async function promoteBundle(from: string, to: string, isAgreed: boolean): Promise<void> {
  if (!isAgreed && !process.stdin.isTTY) {
    throw new UserError(
      "Nobody is here to confirm the update: add --yes to update without asking.",
    );
  }
  const [source, target] = await Promise.all([engineOfStack(from), engineOfStack(to)]);
  await step(`${from} runs the bundle of this checkout`, () => requireStagedBundle(source, target));
  const plan = await step(`Preview of ${to}`, () => previewPromotion(target));
  process.stdout.write(`\n${changesText(target, plan)}\n`);
  if (!isAgreed && !(await askToGoOn(`Update ${to}?`))) {
    throw new UserError(`Not confirmed; nothing was changed in ${to}.`);
  }
  await step(`Update of ${to}`, (say) => updateStack(target, say));
  const live = await step(`Live check of ${to}`, () => liveNow(target, plan));
  process.stdout.write(`\n${liveText(to, live)}`);
}
