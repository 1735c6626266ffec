import { expect, test } from "vitest";
import { CLOUD_CHANGES, findingsIn, PROGRAM_CHANGES } from "../../../commands/plan/findings.ts";
import type { Plan } from "../../../commands/plan/plan.ts";

const step = (op: string, type: string) => ({
  op,
  urn: `urn:pulumi:staging::project::${type}::one`,
});
const plan = (...steps: ReturnType<typeof step>[]): Plan => ({ steps, diagnostics: [] });

// In findings.ts, leave `pulumi` out of isInCloud(): a look with a token that only reads would
// call each stack undeployed, because the token is another than that of the last update.
test("a provider with another token, a component and the stack itself are no change of the cloud", () => {
  const found = findingsIn(
    plan(
      step("update", "pulumi:providers:live-worker"),
      step("update", "pulumi:pulumi:Stack"),
      step("create", "stripe-customer-sync:index:SyncWorker"),
      step("create", "stripe-customer-sync:index:SyncWorker$cloudflare:index/worker:Worker"),
      step("same", "stripe:index:WebhookEndpoint"),
    ),
    PROGRAM_CHANGES,
  );
  expect(found.map(({ type, change }) => `${change} ${type}`)).toEqual([
    "create cloudflare:index/worker:Worker",
  ]);
});

test("what a refresh updates was changed by other hands, what it deletes was deleted by them", () => {
  const found = findingsIn(
    plan(
      step("update", "stripe:index:WebhookEndpoint"),
      step("delete", "supabase:index:VaultSecret"),
    ),
    CLOUD_CHANGES,
  );
  expect(found.map(({ change }) => change)).toEqual(["changed", "deleted"]);
});
