import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { workflowProblems } from "./workflow-problems.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const FOLDER = join(ROOT, ".github", "workflows");

const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};
const known = new Set(Object.keys(scripts));
const files = readdirSync(FOLDER);

test("there are the workflows that the documentation speaks of", () => {
  expect(files.sort()).toEqual(["ci.yml", "deploy.yml", "drift.yml", "preview.yml"]);
});

test.each(files)("%s keeps all rules", (file) => {
  expect(workflowProblems(readFileSync(join(FOLDER, file), "utf8"), known)).toEqual([]);
});

// Each row breaks the good workflow in one way: without its rule, the row fails.
describe("a workflow is refused that", () => {
  const good = `on: [pull_request, push]
permissions:
  contents: read
jobs:
  own:
    if: github.event.pull_request.head.repo.full_name == github.repository
    timeout-minutes: 5
    environment: staging
    steps:
      - uses: actions/checkout@0123456789012345678901234567890123456789 # v1.2.3
        with:
          persist-credentials: false
      - env:
          TOKEN: \${{ secrets.TOKEN }}
        run: npm run --silent drift -- --stack "$STACK"
  anybody:
    timeout-minutes: 5
    steps:
      - run: npm test
`;

  test("breaks none: it is not", () => {
    expect(workflowProblems(good, known)).toEqual([]);
  });

  test.each([
    [
      "names an action by its tag",
      "@0123456789012345678901234567890123456789 # v1.2.3",
      "@v1",
      /not pinned/,
    ],
    ["does not say which version a commit is", " # v1.2.3", "", /not pinned/],
    [
      "runs for strangers with our secrets",
      "[pull_request, push]",
      "pull_request_target",
      /stranger/,
    ],
    ["runs after a stranger's run", "[pull_request, push]", "{workflow_run: {}}", /stranger/],
    [
      "says nothing of permissions",
      "permissions:\n  contents: read\n",
      "",
      /no permissions at the top/,
    ],
    [
      "takes all permissions",
      "permissions:\n  contents: read",
      "permissions: write-all",
      /wholesale/,
    ],
    ["lets every job write", "contents: read", "contents: write", /every job contents: write/],
    [
      "has no timeout",
      "    timeout-minutes: 5\n    environment",
      "    environment",
      /job own has no timeout/,
    ],
    [
      "lets a fork's job at secrets",
      "    if: github.event.pull_request.head.repo.full_name == github.repository\n",
      "",
      /a fork's/,
    ],
    [
      "lets a fork's job in by another way",
      "== github.repository\n",
      "== github.repository || true\n",
      /a fork's/,
    ],
    [
      "lets a fork's job at an environment",
      "  anybody:\n",
      "  anybody:\n    environment: staging\n",
      /anybody .* a fork's/,
    ],
    [
      "gives a secret to every job",
      "jobs:\n",
      `env:\n  TOKEN: \${{ secrets.TOKEN }}\njobs:\n`,
      /every job/,
    ],
    [
      "gives a secret to every step",
      "    environment: staging\n",
      `    env:\n      TOKEN: \${{ secrets.TOKEN }}\n`,
      /every step/,
    ],
    [
      "hands all secrets on",
      "    steps:\n      - run: npm test\n",
      "    secrets: inherit\n    uses: ./other.yml\n",
      /a fork's/,
    ],
    [
      "lets a title be run as a script",
      'npm run --silent drift -- --stack "$STACK"',
      `echo \${{ github.event.pull_request.title }}`,
      /expression/,
    ],
    [
      "leaves its token in the checkout",
      "persist-credentials: false",
      "fetch-depth: 2",
      /token in the checkout/,
    ],
    ["runs a script that is not there", "--silent drift", "--silent drifts", /npm script drifts/],
  ])("%s", (_, from, to, expected) => {
    const bad = good.replace(from, to);
    expect(bad).not.toBe(good);
    expect(workflowProblems(bad, known)).toContainEqual(expect.stringMatching(expected));
  });
});
