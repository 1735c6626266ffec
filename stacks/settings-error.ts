// Not from "@pulumi/pulumi": commands check settings too, and all of it takes them 0.4 s to load.
import { RunError } from "@pulumi/pulumi/errors.js";
import type { Setting } from "./setting-catalogue.ts";

/** What is wrong with one setting. */
export type SettingProblem =
  | { readonly setting: Setting; readonly problem: string }
  | { readonly unknownKey: string };

/**
 * The operator's mistake: shown by the engine as its message alone, without a stack. Names
 * keys and rules, never a value, since a value may be a secret in the wrong place.
 */
export class SettingsError extends RunError {
  readonly problems: readonly SettingProblem[];

  constructor(stack: string, problems: readonly SettingProblem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    const lines = problems.map((problem) => {
      const { says, command } = describeProblem(problem, stack);
      return `- ${says}\n    ${command}`;
    });
    super(
      `The settings of stack ${stack} have ${count}; nothing was changed.\n${lines.join("\n")}`,
    );
    this.problems = problems;
  }
}

/** What is wrong, and the exact line that mends it. */
export function describeProblem(
  problem: SettingProblem,
  stack: string,
): { readonly says: string; readonly command: string } {
  if ("unknownKey" in problem) {
    const { unknownKey } = problem;
    return {
      says: `${unknownKey} is not a setting.`,
      command: `pulumi config rm ${unknownKey} -s ${stack}`,
    };
  }
  const { setting } = problem;
  return {
    says: `${setting.key} ${problem.problem} (${setting.meaning}).`,
    command: command(setting, stack),
  };
}

/** The exact line that mends it. A secret's value is asked for or piped in, never typed. */
function command(setting: Setting, stack: string): string {
  const set = `pulumi config set ${setting.secret ? "--secret " : ""}${setting.key}`;
  if (setting.generate) return `${setting.generate} | ${set} -s ${stack}`;
  if (setting.secret) return `${set} -s ${stack}`;
  return `${set} '${setting.example ?? ""}' -s ${stack}`;
}
