/** One binding and what is wrong with it. Never holds the binding's value. */
export interface SettingsProblem {
  readonly binding: string;
  readonly problem: string;
}

/** The Worker was deployed with missing or wrong bindings; lists every one of them. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  readonly problems: readonly SettingsProblem[];

  constructor(problems: readonly SettingsProblem[]) {
    super(problems.map(({ binding, problem }) => `${binding}: ${problem}`).join("; "));
    this.problems = problems;
  }
}
