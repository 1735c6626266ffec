import { redact, UserError } from "@stripe-customer-sync/provider-kit";
import { defineCommand, runMain } from "citty";
import { previewComment } from "./preview-comment/comment.ts";
import { previewStack } from "./preview-comment/preview-stack.ts";
import { readPreviews } from "./preview-comment/read-previews.ts";
import { secretsOfEnvironment } from "./preview-comment/secrets-of-environment.ts";
import type { StackPreview } from "./preview-comment/stack-preview.ts";
import { requireKnownArguments } from "./stack/require-known-arguments.ts";
import { tellFailure } from "./stack/tell-failure.ts";

const GOOD: ReadonlySet<StackPreview["outcome"]> = new Set(["ready", "waits"]);

/**
 * `npm run --silent preview-comment -- --stack S[,T]`: what an update would do, as the Markdown of
 * one pull request comment. Changes nothing. `--json` writes what was found instead, for a later
 * `preview-comment -- FILE…` that makes one comment of several runs.
 *
 * Exit code 1 when a preview failed or a policy stops it: the comment says why.
 */
const command = defineCommand({
  meta: { name: "npm run preview-comment --", description: "Write a pull request's preview" },
  args: {
    stack: { type: "string", description: "The stacks to preview, with commas between them" },
    json: { type: "boolean", description: "What was found, to make a comment of later" },
    commit: { type: "string", description: "The commit that is previewed, for the title" },
  },
  run: async ({ args }) => {
    try {
      requireKnownArguments(args, ["stack", "json", "commit"], "FILE");
      const commit = checkedCommit(args.commit);
      const previews = await previewsOf(args.stack, args._);
      const text = args.json
        ? `${JSON.stringify(previews, null, 1)}\n`
        : previewComment(previews, { commit });
      process.stdout.write(redact(text, secretsOfEnvironment(process.env)));
      process.exitCode = previews.every(({ outcome }) => GOOD.has(outcome)) ? 0 : 1;
    } catch (error) {
      tellFailure(error, 1);
    }
  },
});

await runMain(command);

async function previewsOf(
  stacks: string | undefined,
  files: readonly string[],
): Promise<StackPreview[]> {
  if ((stacks === undefined) === (files.length === 0)) {
    throw new UserError(
      "Name the stacks (--stack staging,production) or the files of earlier --json runs.",
    );
  }
  if (stacks === undefined) return readPreviews(files);
  const previews: StackPreview[] = [];
  // One after the other: each runs the program, the policy pack and every provider.
  for (const stack of stacks.split(",").map((name) => name.trim())) {
    if (!/^[A-Za-z0-9._-]{1,100}$/.test(stack)) {
      throw new UserError(
        `--stack ${JSON.stringify(stack)} is no stack's name: letters, digits, dots, dashes.`,
      );
    }
    previews.push(await previewStack(stack));
  }
  return previews;
}

function checkedCommit(commit: string | undefined): string | undefined {
  if (commit === undefined || /^[0-9a-f]{7,40}$/.test(commit)) return commit;
  throw new UserError("--commit must be 7 to 40 hexadecimal characters.");
}
