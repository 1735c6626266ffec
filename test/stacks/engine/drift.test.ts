import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { repairCommands } from "../../../commands/drift/repair.ts";
import { readPlan, resourceOf } from "../../../commands/plan/plan.ts";
import { propertyChanges } from "../../../commands/plan/property-changes.ts";
import { sandboxTenant } from "../../../local/tenants.ts";
import { type Hands, HOST, handsOn, rounds } from "./changes-by-hand.ts";
import { type DriftFound, driftFound } from "./drift-found.ts";
import { startTestCloud, type TestCloud } from "./test-cloud.ts";
import { createTestStack, type TestStack } from "./test-stack.ts";

const LOOK = ["refresh", "--preview-only", "--expect-no-changes", "--diff"];

let running: TestCloud;
let stack: TestStack;
let hands: Hands;

beforeAll(async () => {
  running = await startTestCloud([sandboxTenant]);
  stack = await createTestStack({ test: running, tenant: sandboxTenant, stack: "staging" });
  hands = handsOn(running);
  const { zoneId } = sandboxTenant.cloudflare;
  await stack.set({ plain: { route: `${HOST}/*`, cloudflareZoneId: zoneId } });
  const { exitCode, output } = await stack.run("up", "--yes", "--skip-preview");
  if (exitCode !== 0) throw new Error(output);
});

afterAll(async () => {
  await running?.close();
});

/** What the report of `npm run drift` says to type, without the words before `up`. */
async function repair(): Promise<string[]> {
  const { steps } = readPlan(await stack.run("refresh", "--preview-only", "--json"));
  const findings = steps
    .filter(({ op }) => op === "update" || op === "delete")
    .map((step) => ({
      urn: step.urn,
      ...resourceOf(step.urn),
      change: step.op === "delete" ? "deleted" : "changed",
      properties: propertyChanges(step),
    }));
  const urns = steps.map(({ urn }) => urn);
  const [command = ""] = repairCommands({ stack: "staging", command: "" }, findings, [], urns);
  return command
    .replace(" up -s staging ", "")
    .split(" ")
    .map((word) => word.replaceAll("'", ""));
}

describe.each(rounds.map((changes, index) => ({ round: index + 1, changes })))(
  "round $round of changes by hand",
  ({ changes }) => {
    let exitCode: number;
    let output: string;
    let found: DriftFound;

    beforeAll(async () => {
      for (const { make } of changes) await make(hands);
      ({ exitCode, output } = await stack.run(...LOOK));
      found = driftFound(output);
    });

    test.each(changes)("a refresh names $what, with old and new", ({ type, gone, lines }) => {
      expect(found.resources, output).toContain(`${gone ? "-" : "~"} ${type}`);
      for (const line of lines) {
        expect(found.propertiesOf(type)).toContainEqual(expect.stringMatching(line));
      }
    });

    test("it names nothing else, shows no secret and fails", () => {
      const expected = new Set(changes.map(({ type, gone }) => `${gone ? "-" : "~"} ${type}`));
      expect(found.resources).toEqual([...expected].sort());
      for (const secret of stack.secrets) expect(output).not.toContain(secret);
      expect(exitCode).not.toBe(0);
    });

    test("the update that the drift report names repairs it", async () => {
      const repaired = await stack.run("up", "--yes", "--skip-preview", ...(await repair()));
      expect(repaired.exitCode, repaired.output).toBe(0);
      const after = await stack.run(...LOOK);
      expect(after.exitCode, after.output).toBe(0);
    });
  },
);

test("a deleted Worker is reported with everything that went with it, and comes back", async () => {
  await hands.cloudflare.deleteWorker("stripe-customer-sync-staging");
  const { output, exitCode } = await stack.run(...LOOK);
  expect(exitCode).not.toBe(0);
  expect(driftFound(output).resources).toContain("- cloudflare:index/worker:Worker");
  const repaired = await stack.run("up", "--yes", "--skip-preview", ...(await repair()));
  expect(repaired.exitCode, repaired.output).toBe(0);
  const after = await stack.run(...LOOK);
  expect(after.exitCode, after.output).toBe(0);
});
