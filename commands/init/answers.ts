import type { Setting } from "../../stacks/setting-catalogue.ts";

/** Where answers come from: somebody at a terminal, or a file. */
export interface Answers {
  /**
   * The answer, or undefined for none.
   *
   * @param suggestion what to take when nothing is said; shown only when it is no secret
   * @throws UserError when there will be no better answer
   */
  answer(
    setting: Setting,
    ask: { readonly suggestion: string | undefined; readonly isKept: boolean },
  ): Promise<string | undefined>;
  /** The answer to what nobody is asked, where it was given all the same. */
  unasked(setting: Setting): string | undefined;
  /** Tells how the questions of a group went. */
  tell(text: string): void;
  /** Whether a wrong answer is asked for again. */
  readonly asksAgain: boolean;
  close(): void;
}
