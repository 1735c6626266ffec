import { expect, test } from "vitest";
import type { DriftReport } from "../../../commands/drift/drift-report.ts";
import { issueText, LONGEST_ISSUE_CHARACTERS } from "../../../commands/drift/issue-text.ts";
import { knownSinceOfIssue } from "../../../commands/drift/remembered-in-issue.ts";
import type { Finding } from "../../../commands/plan/findings.ts";
import { textOutsideCode } from "../preview-comment/text-outside-code.ts";

const cron: Finding = {
  urn: "urn:pulumi:staging::p::live-worker:index:LiveCheck::live-check",
  type: "live-worker:index:LiveCheck",
  name: "live-check",
  change: "changed",
  properties: [{ path: "schedules[0]", old: '"* * * * *"', new: '"0 3 * * *"' }],
};
const endpoint: Finding = { ...cron, urn: "urn:other", name: "stripe-events", change: "deleted" };

const FIRST = "2026-11-24T21:40:02.123Z";
const SECOND = "2026-11-25T03:00:00.000Z";

/** The issue after a look at `now` that found these, when the issue was `before`. */
async function looked(before: string, now: string, found: readonly Finding[]): Promise<string> {
  const drift = await knownSinceOfIssue(before)("staging", now, found);
  return issueText(reportOf({ lookedAt: now, drift }));
}

function reportOf(more: Partial<DriftReport>): DriftReport {
  return {
    stack: "staging",
    lookedAt: FIRST,
    outcome: "drift",
    drift: [],
    undeployed: [],
    coverage: {
      looked: ["LiveCheck live-check"],
      couldNot: [{ what: "WebhookEndpoint", why: "No answer" }],
      never: [],
    },
    repair: ["npx pulumi up -s staging --refresh"],
    ...more,
  };
}

test("the issue says what drifted, since when, how to repair it and what was looked at", async () => {
  const issue = await looked("", FIRST, [cron]);
  expect(issue).toContain(
    "**Stack staging: 1 changed by hand, 0 not deployed.** Last looked at 2026-11-24 21:40 UTC.",
  );
  expect(issue).toContain("- `LiveCheck live-check`: `changed`, known since 2026-11-24 21:40 UTC");
  expect(issue).toContain('schedules[0]: "* * * * *" => "0 3 * * *"');
  expect(issue).toContain("**Repair**\n```text\nnpx pulumi up -s staging --refresh\n```");
  expect(issue).toContain("**Could not look at**\n- `WebhookEndpoint: No answer`");
  expect(issue).toContain("<summary>Looked at 1 resources</summary>\n\n- `LiveCheck live-check`");
});

// In issue-text.ts, leave the memory out of the body: everything is known since the last look.
test("a later look knows from the issue since when, and dates only what is new", async () => {
  const first = await looked("", FIRST, [cron]);
  const edited = first.replaceAll("\n", "\r\n"); // as GitHub gives a body back
  const second = await looked(edited, SECOND, [cron, endpoint]);
  expect(second).toContain("- `LiveCheck live-check`: `changed`, known since 2026-11-24 21:40 UTC");
  expect(second).toContain("- `LiveCheck stripe-events`: `deleted`, known since 2026-11-25 03:00");
  const third = await looked(second, SECOND, [{ ...cron, properties: [] }]);
  expect(third).toContain("`changed`, known since 2026-11-25 03:00");
});

test("an issue whose hidden line was spoiled is an issue that remembers nothing", async () => {
  for (const spoiled of ["<!-- known since: {] -->", '<!-- known since: {"a": 1} -->', "null"]) {
    expect(await looked(spoiled, SECOND, [cron])).toContain("known since 2026-11-25 03:00 UTC");
  }
});

test("values are quoted, and the longest report keeps within GitHub's limit and its memory", async () => {
  const hostile = "--> </details> @somebody ``` <script>\n# x";
  const found = Array.from({ length: 800 }, (_, index) => ({
    ...cron,
    urn: `urn:${index}`,
    name: `${hostile}${index}`,
    properties: [{ path: hostile, old: "x".repeat(200), new: hostile }],
  }));
  const drift = await knownSinceOfIssue("")("staging", FIRST, found);
  const issue = issueText(reportOf({ drift, undeployed: found }));
  expect(issue.length).toBeLessThanOrEqual(LONGEST_ISSUE_CHARACTERS);
  expect(textOutsideCode(issue)).not.toMatch(/somebody|script|^# /m);
  const again = await knownSinceOfIssue(issue)("staging", SECOND, found);
  expect(again.every(({ knownSince }) => knownSince === FIRST)).toBe(true);
});
