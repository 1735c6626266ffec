import { defineConfig } from "vitest/config";

// Integration tests start PostgreSQL, workerd and the Pulumi engine; the time limits are
// there to end a hang, not to measure speed.
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
