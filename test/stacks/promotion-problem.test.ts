import { describe, expect, test } from "vitest";
import { type PromotedBundle, promotionProblem } from "../../stacks/promotion-problem.ts";

const digest = "9c8d".padEnd(64, "0");
const other = "1a2b".padEnd(64, "0");
const commit = "5d6e7f8091a2".padEnd(40, "0");
const deployed = (which: string, by = commit) =>
  ({ kind: "deployed", digest: which, commit: by }) as const;

const problem = (changes: Partial<PromotedBundle>) =>
  promotionProblem({
    stack: "production",
    from: "staging",
    digest,
    commit,
    staged: deployed(other, "aaaabbbbcccc".padEnd(40, "0")),
    live: { kind: "nothing" },
    ...changes,
  });

describe("promotion of a bundle", () => {
  test("that the stack before runs has no problem, whatever commit it came from", () => {
    expect(problem({ staged: deployed(digest, "unknown") })).toBeUndefined();
  });

  // A rotation in production while staging is ahead: nothing new goes live.
  test("that the stack runs itself already has no problem", () => {
    expect(problem({ live: deployed(digest) })).toBeUndefined();
  });

  test("past the stack before names both bundles, both commits and what to deploy first", () => {
    const said = problem({});
    expect(said).toContain("it runs bundle 1a2b00000000 of commit aaaabbbbcccc");
    expect(said).toContain("this checkout, commit 5d6e7f8091a2, makes bundle 9c8d00000000");
    expect(said).toContain("Deploy commit 5d6e7f8091a2 to staging first: npx pulumi up -s staging");
    expect(said).toContain("npx pulumi config set allowUnstagedBundle true -s production");
  });

  test.each([
    [{ commit: `${commit}+changes` }, "commit 5d6e7f8091a2 with changes that are not committed"],
    [{ commit: "unknown" }, "Deploy this checkout to staging first: npx pulumi up -s staging"],
    [{ staged: { kind: "nothing" } as const }, "it has deployed nothing yet"],
    [
      { staged: { kind: "unreadable", why: 'unknown stack "a/b/staging"' } as const },
      'it cannot be read from this state backend (unknown stack "a/b/staging")',
    ],
    [
      { staged: { kind: "unreadable", why: "no" } as const },
      "npx pulumi config set promotedFrom <stack> -s production",
    ],
  ])("with %j says so", (changes, words) => {
    expect(problem(changes)).toContain(words);
  });
});
