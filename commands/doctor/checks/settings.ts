import { describeProblem } from "../../../stacks/settings-error.ts";
import { workerKeyWarnings } from "../../../stacks/worker-key-warnings.ts";
import { check } from "../check.ts";
import { doubtful, fine, wrong } from "../finding.ts";

/** Whether the stack file is whole, and its settings fit together. */
export const settings = check({
  name: "Settings",
  needs: [],
  look: async (_, { stack, values, problems }) => {
    const findings = problems.map((problem) => {
      const { says, command } = describeProblem(problem, stack);
      return wrong(says, command);
    });
    for (const warning of workerKeyWarnings(values.supabaseWorkerKey, stack)) {
      findings.push(doubtful(warning, "See there."));
    }
    if (findings.length > 0) return findings;
    return [fine(`${Object.keys(values).length} settings are there and fit together.`)];
  },
});
