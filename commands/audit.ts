import { defineCommand, runMain } from "citty";
import { audit as auditStack } from "./audit/audit.ts";
import { auditText } from "./audit/audit-text.ts";
import type { AuditReport } from "./audit/finding.ts";
import { openStack } from "./stack/open-stack.ts";
import { requireKnownArguments } from "./stack/require-known-arguments.ts";
import { statusLine } from "./stack/status-line.ts";
import { tellFailure } from "./stack/tell-failure.ts";

const EXIT_CODES = { clean: 0, findings: 1 } as const satisfies Record<
  AuditReport["outcome"],
  number
>;
const COULD_NOT_LOOK = 2;

/**
 * `npm run audit -- --stack S [--json]`: whether every organization has exactly one customer with
 * its data, and every customer its organization. Reads only. Exit code 0 clean, 1 findings, 2
 * could not look.
 */
const audit = defineCommand({
  meta: { name: "npm run audit --", description: "Compare all organizations with all customers" },
  args: {
    stack: { type: "string", description: "The stack of the environment", default: "" },
    json: { type: "boolean", description: "One JSON document instead of text" },
  },
  run: async ({ args }) => {
    const status = statusLine();
    try {
      requireKnownArguments(args, ["stack", "json"]);
      const stack = await openStack(args.stack);
      const report = await auditStack(stack, ({ customers, organizations }) =>
        status.show(`${customers} customers, ${organizations} organizations looked at …`),
      );
      status.clear();
      process.stdout.write(args.json ? `${JSON.stringify(report, null, 2)}\n` : auditText(report));
      process.exitCode = EXIT_CODES[report.outcome];
    } catch (error) {
      status.clear();
      tellFailure(error, COULD_NOT_LOOK);
    }
  },
});

await runMain(audit);
