import { defineCommand, runMain } from "citty";
import { judgeSettings } from "../stacks/setting-values.ts";
import { drift } from "./doctor/checks/drift.ts";
import { allChecks } from "./doctor/checks/index.ts";
import { examine } from "./doctor/examine.ts";
import { patientOf } from "./doctor/patient.ts";
import { reportText } from "./doctor/report-text.ts";
import { engineOfStack } from "./engine/engine-of-stack.ts";
import { readConfiguration } from "./stack/read-configuration.ts";
import { requireKnownArguments } from "./stack/require-known-arguments.ts";
import { tellFailure } from "./stack/tell-failure.ts";

/**
 * `npm run doctor -- --stack S [--json] [--no-drift]`: what is wrong with an environment, in plain
 * words, and what to do. Changes nothing. Exit code 0 when nothing is wrong, 1 when something is.
 */
const doctor = defineCommand({
  meta: { name: "npm run doctor --", description: "Tell what is wrong with an environment" },
  args: {
    stack: { type: "string", description: "The stack of the environment", required: true },
    json: { type: "boolean", description: "One JSON document instead of text" },
    drift: { type: "boolean", default: true, description: "Also look for drift, in some seconds" },
  },
  run: async ({ args }) => {
    try {
      requireKnownArguments(args, ["stack", "json", "drift"]);
      const engine = await engineOfStack(args.stack);
      const settings = judgeSettings(await readConfiguration(engine), process.env);
      const checks = allChecks.filter((check) => args.drift || check !== drift);
      const examined = await examine(checks, patientOf(engine, settings));
      const isWrong = examined.some(({ findings }) =>
        findings.some(({ verdict }) => verdict === "wrong"),
      );
      process.stdout.write(
        args.json
          ? `${JSON.stringify({ stack: args.stack, outcome: isWrong ? "wrong" : "fine", checks: examined }, null, 2)}\n`
          : reportText(args.stack, examined),
      );
      process.exitCode = isWrong ? 1 : 0;
    } catch (error) {
      tellFailure(error, 1);
    }
  },
});

await runMain(doctor);
