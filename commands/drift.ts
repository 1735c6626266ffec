import { RETRY_LIMIT_VARIABLE } from "@stripe-customer-sync/provider-kit";
import { defineCommand, runMain } from "citty";
import { stateFolder } from "../local/state-folder.ts";
import type { DriftReport } from "./drift/drift-report.ts";
import { knownSinceIn } from "./drift/known-since.ts";
import { lookForDrift } from "./drift/look-for-drift.ts";
import { reportText } from "./drift/report-text.ts";
import { engineOfStack } from "./engine/engine-of-stack.ts";

const EXIT_CODES = { clean: 0, "could not look": 1, drift: 2 } as const satisfies Record<
  DriftReport["outcome"],
  number
>;

/** A look is made twice anyway, so that an API which is silent may be given up sooner. */
const RETRY_LIMIT_MILLISECONDS = 4_000;

/**
 * `npm run drift -- --stack S [--json]`: what in the cloud is not as stack S deployed it. Reads
 * only. Exit code 0 clean, 2 drift, 1 could not look.
 */
const drift = defineCommand({
  meta: { name: "npm run drift --", description: "Show what was changed by hand" },
  args: {
    stack: { type: "string", description: "The stack to look at", required: true },
    json: { type: "boolean", description: "One JSON document instead of text" },
  },
  run: async ({ args }) => {
    const impatient = { [RETRY_LIMIT_VARIABLE]: String(RETRY_LIMIT_MILLISECONDS) };
    try {
      const report = await lookForDrift(await engineOfStack(args.stack, impatient), {
        knownSince: knownSinceIn(stateFolder),
        again: ({ outcome }) => process.stderr.write(`First look: ${outcome}. Looking again …\n`),
      });
      process.stdout.write(
        args.json ? `${JSON.stringify(report, null, 2)}\n` : `${reportText(report)}`,
      );
      process.exitCode = EXIT_CODES[report.outcome];
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = EXIT_CODES["could not look"];
    }
  },
});

await runMain(drift);
