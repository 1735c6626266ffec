import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UNKNOWN } from "@stripe-customer-sync/provider-kit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  LONGEST_COMMENT_CHARACTERS,
  MARKER,
  previewComment,
} from "../../../commands/preview-comment/comment.ts";
import { readAnswers } from "../../../commands/preview-comment/preview-stack.ts";
import { readViolations } from "../../../commands/preview-comment/read-violations.ts";
import type { StackPreview } from "../../../commands/preview-comment/stack-preview.ts";
import { answered, nothing, type RecordedPlan, recordedPlan } from "./recorded-plan.ts";
import { textOutsideCode } from "./text-outside-code.ts";

function previewOf(
  preview: RecordedPlan,
  more: { refresh?: RecordedPlan; violations?: StackPreview["violations"]; exitCode?: number } = {},
): StackPreview {
  return readAnswers("staging", {
    preview: answered(preview, more.exitCode),
    refresh: answered(more.refresh ?? nothing),
    violations: more.violations ?? [],
  });
}

describe("the comment of a change of code, token, route and pace", () => {
  test("begins with the marker, the counts, and what happens to requests and secrets", async () => {
    const comment = previewComment([previewOf(await recordedPlan("changed"))], {
      commit: "abcdef0",
    });
    expect(comment.startsWith(`${MARKER}\n`)).toBe(true);
    expect(comment).toContain("### Preview of abcdef0: what a merge would deploy");
    expect(comment).toContain("| staging | Ready | 1 | 6 | 2 | 0 |");
    expect(comment.slice(comment.indexOf("#### staging"), comment.indexOf("<details>"))).toBe(
      `#### staging

**Live traffic**
- Requests go to: \`the new version 100 %\`; until now: \`version 053e09e8 100 %\`.
- A new version of the Worker is made: bundle \`3e665b487d18\` becomes \`1e71e155fccc\`.
- workers.dev is switched off.
- Route \`sync.sandbox.example.com/*\` is added.
- Stripe's events go to \`http://127.0.0.1:4811/sync.sandbox.example.com/webhooks/stripe\`, not \`http://127.0.0.1:4811/stripe-customer-sync-staging.local-sandbox.workers.dev/webhooks/stripe\`.
- The database rings \`http://127.0.0.1:4811/sync.sandbox.example.com/webhooks/supabase\`, not \`http://127.0.0.1:4811/stripe-customer-sync-staging.local-sandbox.workers.dev/webhooks/supabase\`.
- The sync schema changes: \`configure\`.

**Secrets**
- Worker \`WEBHOOK_TOKEN\` changes, fingerprint \`6c7d2b2a1a897f5e\` becomes \`31f842cccea881cb\`.
- Vault \`organizations_stripe_customer_sync_token\` changes, fingerprint \`4f386516f9a83d12\` becomes \`e62941d792e593b3\`.

`,
    );
  });

  test("has every property behind a fold, and the code only by its digest", async () => {
    const comment = previewComment([previewOf(await recordedPlan("changed"))]);
    const details = comment.slice(comment.indexOf("<details>"));
    expect(details).toContain("+ WorkersRoute sync-worker: create");
    expect(details).toMatch(/! Worker sync-worker: update\n {4}subdomain\.enabled: true => false/);
    expect(details).toMatch(/annotations\.workersTag: "3e665b\w+" => "1e71e1\w+"/);
    expect(details).not.toContain("contentBase64");
    expect(details).not.toContain("04da6b54-80e4-46f7-96ec-b56ff0331ba9");
  });
});

test("a roll-out in steps shows who keeps how much of the traffic", async () => {
  const plan = await recordedPlan("changed");
  const deployment = plan.steps.find(({ urn }) => urn.includes("WorkersDeployment"));
  const versions = [
    { versionId: UNKNOWN, percentage: 10 },
    { versionId: "053e09e8-82f9-48bf-ba94-f1b8cfade040", percentage: 90 },
  ];
  if (deployment?.newState) deployment.newState.inputs.versions = versions;
  expect(previewComment([previewOf(plan)])).toContain(
    "- Requests go to: `the new version 10 %, version 053e09e8 90 %`; until now: `version 053e09e8 100 %`.",
  );
});

test("a first deployment says what comes into being", async () => {
  const comment = previewComment([previewOf(await recordedPlan("first"))]);
  expect(comment).toContain("| staging | Ready | 9 | 0 | 0 | 0 |");
  expect(comment).toContain("- The Worker `stripe-customer-sync-staging` is new.");
  expect(comment).toContain("- The Worker pulls at `* * * * *`.");
  expect(comment).toContain("- Vault `organizations_stripe_customer_sync_token` is new.");
});

test("a stack that stays as it is takes one line, and the title says so", async () => {
  const comment = previewComment([previewOf(await recordedPlan("unchanged"))]);
  expect(comment).toContain("### Preview: no stack changes");
  expect(comment).toContain("| staging | No change | 0 | 0 | 0 | 0 |");
  expect(comment).not.toContain("<details>");
});

test("a deletion and a disabled endpoint are named on top", () => {
  const urn = (type: string) => `urn:pulumi:staging::stripe-customer-sync::${type}::one`;
  const comment = previewComment([
    previewOf({
      steps: [
        {
          op: "delete",
          urn: urn("cloudflare:index/worker:Worker"),
          oldState: { inputs: { name: "w" } },
          detailedDiff: null,
        },
        {
          op: "update",
          urn: urn("stripe:index:WebhookEndpoint"),
          oldState: { inputs: { status: "enabled" } },
          newState: { inputs: { status: "disabled" } },
          detailedDiff: { status: { kind: "update" } },
        },
      ],
    }),
  ]);
  expect(comment).toContain("| staging | Ready | 0 | 1 | 0 | **1** |");
  expect(comment).toContain("**Deleted**\n- `Worker one`");
  expect(comment).toContain("- The Worker `w` is deleted: nothing answers any more.");
  expect(comment).toContain("- Stripe's endpoint becomes `disabled`; it was `enabled`.");
});

// In preview-stack.ts, take `drift` from `plan`: the plan of a refreshed preview does not tell what
// the refresh has found.
test("what other hands changed is named apart from what the update changes", async () => {
  const refresh = await recordedPlan("changed-by-hand");
  const comment = previewComment([previewOf(await recordedPlan("repairing"), { refresh })]);
  expect(comment).toContain("| staging | Ready, **changed by hand** |");
  expect(comment).toContain(
    "**Changed by hand**\n- `LiveCheck live-check` was changed: `fingerprints.STRIPE_API_KEY`, `schedules[0]`,",
  );
  expect(comment).toContain("`npm run drift -- --stack staging` names the command");
  expect(comment).toContain(
    "- Worker `STRIPE_API_KEY` was changed by hand and gets the stack's value again.",
  );
  expect(comment).toContain("- Worker `WEBHOOK_TOKEN` changes, fingerprint");
  expect(comment).toMatch(
    /# Changed by hand[^`]*schedules\[0\]: "\* \* \* \* \*" => "0 3 \* \* \*"/,
  );
});

test("violated policies stand on top, each with its message, above the plan that they stop", async () => {
  const folder = await mkdtemp(join(tmpdir(), "stripe-customer-sync-"));
  const log = join(folder, "events.jsonl");
  const event = (policyName: string, enforcementLevel: string) => ({
    sequence: 1,
    policyEvent: {
      resourceUrn: "urn:pulumi:staging::p::cloudflare:index/worker:Worker::sync-worker",
      message: "What the policy is about.\nThe Worker has <b>no</b> logs.\n",
      policyName,
      enforcementLevel,
    },
  });
  const events = [{ preludeEvent: {} }, event("logs", "mandatory"), event("tidy", "advisory")];
  await writeFile(log, events.map((one) => `${JSON.stringify(one)}\n`).join(""));
  const violations = await readViolations(log);
  await rm(folder, { recursive: true });
  const plan = { ...(await recordedPlan("changed")), diagnostics: [PREVIEW_FAILED] };

  const comment = previewComment([previewOf(plan, { violations, exitCode: 1 })]);

  expect(comment).toContain("| staging | **Stopped by policy** | 1 | 6 | 2 | 0 |");
  expect(comment).toContain(
    "Policy `logs`, `Worker sync-worker`:\n```text\nThe Worker has <b>no</b> logs.\n```",
  );
  expect(comment).not.toContain("tidy");
});

// In preview-stack.ts, let outcomeOf() call every violation a stop: no change of the Worker's code
// could ever be previewed for production without an alarm.
test("a bundle that staging does not run yet is no alarm: a merge deploys staging first", async () => {
  const plan = { ...(await recordedPlan("changed")), diagnostics: [PREVIEW_FAILED] };
  const violation = (policy: string, message: string) => ({
    policy,
    resource: "Promotion",
    message,
  });
  const waits = violation(
    "bundle-is-staged",
    "Stack staging has not deployed the bundle that stack production would get: it runs bundle 1.",
  );
  const comment = previewComment([previewOf(plan, { violations: [waits], exitCode: 1 })]);
  expect(comment).toContain("| staging | Ready after the stack before it | 1 | 6 | 2 | 0 |");
  expect(comment).not.toContain("Policy");

  for (const stops of [
    violation("other", waits.message),
    violation("bundle-is-staged", `${waits.message} it cannot be read from this state backend`),
    violation("bundle-is-staged", "Nothing says that the bundle was compared."),
  ]) {
    const stopped = previewOf(plan, { violations: [waits, stops], exitCode: 1 });
    expect(stopped.outcome).toBe("stopped by policy");
  }
});

test("an error beside a violated policy is not hidden by it", async () => {
  const error = { message: "error: the database does not answer\n", severity: "error" };
  const plan = { ...(await recordedPlan("changed")), diagnostics: [PREVIEW_FAILED, error] };
  const violations = [{ policy: "logs", resource: "Worker", message: "No logs." }];
  const comment = previewComment([previewOf(plan, { violations, exitCode: 1 })]);
  expect(comment).toContain("| staging | **The preview failed** |");
  expect(comment).toContain("```text\nthe database does not answer\n```");
  expect(comment).toContain("Policy `logs`");
});

const PREVIEW_FAILED = { message: "error: preview failed\n", severity: "error" };

test("a preview that failed shows the engine's message and no half of a plan", async () => {
  const plan = { ...(await recordedPlan("changed")), ...(await recordedPlan("refused")) };
  plan.steps = (await recordedPlan("changed")).steps;
  const comment = previewComment([previewOf(plan, { exitCode: 1 })]);
  expect(comment).toContain("| staging | **The preview failed** | 0 | 0 | 0 | 0 |");
  expect(comment).toContain("```text\nThe settings of stack staging have 1 problem;");
  expect(comment).not.toContain("WorkersRoute");
});

test("an engine that printed no plan is quoted", () => {
  const said = { exitCode: 255, output: "error: no stack named 'staging' found\n" };
  const preview = readAnswers("staging", { preview: said, refresh: said, violations: [] });
  expect(preview.outcome).toBe("failed");
  expect(previewComment([preview])).toContain(
    "```text\nerror: no stack named 'staging' found\n```",
  );
});

// In commands/markdown/quote.ts, fence with always one backtick, or three: a value then ends its own quotation.
test("no value, whatever it holds, is taken for Markdown, HTML, a mention or a link", async () => {
  const plan = await recordedPlan("changed");
  const parts = fc.constantFrom(
    ..."` `` ``` ```` \n \r\n | * _ ~ # > < \\ @somebody </details> <script> --> [x](https://evil.example) ![x](y) #12 https://evil.example &lt; \u202e \u200b ~~~ \u0000".split(
      " ",
    ),
    " ",
    "a",
  );
  const hostile = fc.array(parts, { maxLength: 12 }).map((found) => `HOSTILE${found.join("")}`);
  fc.assert(
    fc.property(hostile, (value) => {
      const preview = previewOf(withValue(plan, value), {
        refresh: withValue(plan, value),
        violations: [{ policy: value, resource: value, message: value }],
      });
      const comment = previewComment([{ ...preview, failure: value, warnings: [value] }]);
      const outside = textOutsideCode(comment);
      expect(outside).not.toMatch(/HOSTILE|evil|@|script|\u202e|\u200b/);
      expect(outside.match(/<[^>]*>/g)).toEqual([
        MARKER,
        "<details>",
        "<summary>",
        "</summary>",
        "</details>",
      ]);
      expect(comment).not.toMatch(/\u202e|\u200b/);
    }),
    { numRuns: 300 },
  );
});

/** Puts the value wherever a plan has one that a person chose. */
function withValue(plan: RecordedPlan, value: string): RecordedPlan {
  const copy = structuredClone(plan);
  for (const step of copy.steps) {
    step.urn = `${step.urn}${value}`;
    for (const state of [step.oldState, step.newState]) {
      if (state === undefined) continue;
      for (const key of ["url", "pattern", "name", "fingerprint"]) {
        if (key in state.inputs) state.inputs[key] = `${value}${key}${step.op}`;
      }
      if ("fingerprints" in state.inputs) state.inputs.fingerprints = { [value]: value };
      if ("annotations" in state.inputs) state.inputs.annotations = { workersTag: value };
    }
    step.detailedDiff = { [value]: { kind: "update" }, ...step.detailedDiff };
  }
  return copy;
}

describe("a comment longer than GitHub accepts", () => {
  const many = (count: number, value: string): StackPreview["changes"] =>
    Array.from({ length: count }, (_, index) => ({
      urn: "urn",
      type: "cloudflare:index/worker:Worker",
      name: `worker-${index}`,
      change: "update",
      properties: [{ path: "name", old: value, new: `${value}!` }],
    }));
  const stack = (name: string, count: number): StackPreview => ({
    stack: name,
    outcome: "ready",
    changes: many(count, "x".repeat(150)),
    traffic: Array.from({ length: 40 }, (_, index) => [`Sentence ${index} of ${name}.`]),
    secrets: [],
    violations: [],
    drift: many(3, "y"),
    warnings: [],
  });

  test("is cut at the end of a line, says so, and keeps every stack's summary", () => {
    const comment = previewComment([stack("staging", 5_000), stack("production", 5_000)]);
    expect(comment.length).toBeLessThanOrEqual(LONGEST_COMMENT_CHARACTERS);
    expect(comment.length).toBeGreaterThan(LONGEST_COMMENT_CHARACTERS * 0.8);
    for (const name of ["staging", "production"]) {
      expect(comment).toContain(`| ${name} | Ready, **changed by hand** | 0 | 5000 | 0 | 0 |`);
      expect(comment).toContain(`- Sentence 7 of ${name}.\n- and 32 more, see below`);
      expect(comment).toContain(`# npx pulumi preview --refresh --diff -s ${name}`);
    }
    expect(comment.match(/<details>/g)).toHaveLength(2);
    expect(comment.match(/<\/details>/g)).toHaveLength(2);
    expect(() => textOutsideCode(comment)).not.toThrow();
  });

  test("leaves to a long stack the room that a short one does not need", () => {
    const comment = previewComment([stack("staging", 1), stack("production", 5_000)]);
    expect(comment).toContain("</summary>");
    expect(comment.length).toBeGreaterThan(LONGEST_COMMENT_CHARACTERS * 0.8);
    expect(comment.match(/More is left out/g)).toHaveLength(1);
  });

  test("stays within any limit, with everything in it as long as it gets", () => {
    const worst: StackPreview = {
      ...stack("staging", 500),
      outcome: "failed",
      failure: "f".repeat(50_000),
      violations: Array.from({ length: 50 }, () => ({
        policy: "p".repeat(5_000),
        resource: "r",
        message: "m".repeat(9_000),
      })),
      warnings: Array.from({ length: 50 }, () => "c".repeat(9_000)),
    };
    for (const limit of [2_000, 9_000, 30_000, LONGEST_COMMENT_CHARACTERS]) {
      const comment = previewComment([worst, { ...worst, stack: "production" }], { limit });
      expect(comment.length).toBeLessThanOrEqual(limit);
      expect(() => textOutsideCode(comment)).not.toThrow();
      expect(comment).toContain("More is left out: a comment has no more room.");
    }
  });
});
