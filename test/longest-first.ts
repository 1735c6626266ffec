import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Those that run for a minute and more, and begin first. */
const LONG = [
  "test/commands/rotate/rotate.test.ts",
  "test/commands/drift/drift-command.test.ts",
  "test/stacks/engine/",
  "test/simulation/",
  "test/chaos/",
  "real-engine.test.ts",
  "test/local/cloudflare/provider/",
  "test/commands/",
];

/**
 * The long tests first, so that at the end no worker is left alone with one of them. On a machine
 * that has not run them before the runner goes by the size of the files, and here a short file may
 * run the engine thirty times.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => rank(a) - rank(b));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const found = LONG.findIndex((part) => moduleId.includes(part));
  return found < 0 ? LONG.length : found;
}
