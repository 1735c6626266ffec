import { expect } from "vitest";
import type { TestStack } from "./test-stack.ts";

/** One look for both: the clouds are as the state says, and the program wants nothing else. */
export async function expectNothingToChange(stack: TestStack): Promise<void> {
  const { exitCode, output } = await stack.run("preview", "--refresh", "--expect-no-changes");
  expect(exitCode, output).toBe(0);
}
