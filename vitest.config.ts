import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/longest-first.ts";

const LAST = "test/nothing-out/whole-run.test.ts";

// Integration tests start PostgreSQL, workerd and the Pulumi engine; the time limits are
// there to end a hang, not to measure speed. Whatever they print is recorded, and searched for
// secrets by a last test when all the others are done (the groups begin at 1: with one worker only,
// vitest puts a group 0 to the end).
export default defineConfig({
  test: {
    globalSetup: ["test/nothing-out/global-setup.ts", "test/database/shared-server.ts"],
    setupFiles: ["test/nothing-out/listen.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "all",
          include: ["test/**/*.test.ts"],
          exclude: [LAST],
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: { name: "last", include: [LAST], sequence: { groupOrder: 2 } },
      },
    ],
    sequence: { sequencer: LongestFirst },
    pool: "forks",
    // More than the two processors that this must do with: a test often waits, for a pull or a look,
    // and then another can have its processor.
    maxWorkers: 4,
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
