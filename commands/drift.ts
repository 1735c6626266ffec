import { readFile } from "node:fs/promises";
import { RETRY_LIMIT_VARIABLE, UserError } from "@stripe-customer-sync/provider-kit";
import { defineCommand, runMain } from "citty";
import { stateFolder } from "../local/state-folder.ts";
import type { DriftReport } from "./drift/drift-report.ts";
import { issueText } from "./drift/issue-text.ts";
import { knownSinceIn } from "./drift/known-since.ts";
import { lookForDrift } from "./drift/look-for-drift.ts";
import { knownSinceOfIssue } from "./drift/remembered-in-issue.ts";
import { reportText } from "./drift/report-text.ts";
import { engineOfStack } from "./engine/engine-of-stack.ts";
import { requireKnownArguments } from "./stack/require-known-arguments.ts";

const EXIT_CODES = { clean: 0, "could not look": 1, drift: 2 } as const satisfies Record<
  DriftReport["outcome"],
  number
>;

/** A look is made twice anyway, so that an API which is silent may be given up sooner. */
const RETRY_LIMIT_MILLISECONDS = 4_000;

/**
 * `npm run drift -- --stack S [--json | --issue]`: what in the cloud is not as stack S deployed
 * it. Reads only. Exit code 0 clean, 2 drift, 1 could not look.
 *
 * `--issue` writes the body of a GitHub issue. Since when something is known is remembered on
 * this machine, or, where every look has a new machine, in the issue's body as it is now:
 * `--known FILE`.
 */
const drift = defineCommand({
  meta: { name: "npm run drift --", description: "Show what was changed by hand" },
  args: {
    stack: { type: "string", description: "The stack to look at", required: true },
    json: { type: "boolean", description: "One JSON document instead of text" },
    issue: { type: "boolean", description: "The body of a GitHub issue instead of text" },
    known: { type: "string", description: "File with the issue's body of the look before" },
  },
  run: async ({ args }) => {
    const impatient = { [RETRY_LIMIT_VARIABLE]: String(RETRY_LIMIT_MILLISECONDS) };
    try {
      requireKnownArguments(args, ["stack", "json", "issue", "known"]);
      const report = await lookForDrift(await engineOfStack(args.stack, impatient), {
        knownSince:
          args.known === undefined
            ? knownSinceIn(stateFolder)
            : knownSinceOfIssue(await issueIn(args.known)),
        again: ({ outcome }) => process.stderr.write(`First look: ${outcome}. Looking again …\n`),
      });
      process.stdout.write(written(report, args));
      process.exitCode = EXIT_CODES[report.outcome];
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = EXIT_CODES["could not look"];
    }
  },
});

await runMain(drift);

function written(
  report: DriftReport,
  as: { json: boolean | undefined; issue: boolean | undefined },
): string {
  if (as.json) return `${JSON.stringify(report, null, 2)}\n`;
  return as.issue ? issueText(report) : reportText(report);
}

async function issueIn(file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => {
    throw new UserError(
      `--known ${file} cannot be read. Name the file with the issue's body; an empty one at the first look.`,
    );
  });
}
