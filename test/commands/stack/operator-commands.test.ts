import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { auditCases } from "../audit/audit-cases.ts";
import { requeueCases } from "../requeue/requeue-cases.ts";
import { type InstalledStack, installSchema, startInstalledStack } from "./installed-stack.ts";
import { openStackCases } from "./open-stack-cases.ts";

// One stack for all of these: to start it takes longer than most of them.
let installed: InstalledStack;
const running = () => installed;

beforeAll(async () => {
  installed = await startInstalledStack();
});
afterAll(() => installed?.close());

test("before the first deployment: one line that says so", async () => {
  const { exitCode, stdout, stderr } = await installed.run(
    "requeue.ts",
    "--stack",
    "staging",
    "--all-dead",
  );
  expect(exitCode).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toBe(
    "The sync is not installed in the database of stack staging: " +
      "deploy it first (npx pulumi up -s staging).\n",
  );
  await installSchema(installed.project);
});

describe("audit", () => auditCases(running));
describe("requeue", () => requeueCases(running));
describe("opening a stack", () => openStackCases(running));
