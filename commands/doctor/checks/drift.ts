import { lookForDrift } from "../../drift/look-for-drift.ts";
import { check } from "../check.ts";
import { doubtful, type Finding, fine, wrong } from "../finding.ts";

/** Whether the clouds are as the stack deployed them, and the program is what was deployed. */
export const drift = check({
  name: "Drift",
  needs: [],
  look: async (_, { stack, engine }) => {
    const report = await lookForDrift(engine, {
      // Since when it is known is the drift command's to remember.
      knownSince: async (_stack, now, found) =>
        found.map((finding) => ({ ...finding, knownSince: now })),
      pauseMilliseconds: 1_000,
    });
    const findings: Finding[] = [];
    const names = (resources: readonly { readonly name: string }[]) =>
      [...new Set(resources.map(({ name }) => name))].join(", ");
    const details = `What exactly: npm run drift -- --stack ${stack}. Repair: ${report.repair[0] ?? `${engine.command} up -s ${stack} --refresh`}`;
    if (report.drift.length > 0) {
      findings.push(wrong(`Changed by hand: ${names(report.drift)}.`, details));
    }
    if (report.undeployed.length > 0) {
      findings.push(doubtful(`Not deployed yet: ${names(report.undeployed)}.`, details));
    }
    const [unseen] = report.coverage.couldNot;
    if (unseen !== undefined) {
      findings.push(
        doubtful(`Could not look at ${unseen.what}: ${unseen.why}`, "See the checks above."),
      );
    }
    if (findings.length > 0) return findings;
    return [
      fine(`Nothing was changed by hand: ${report.coverage.looked.length} resources compared.`),
    ];
  },
});
