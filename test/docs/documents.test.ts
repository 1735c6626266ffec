import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { documentProblems } from "./document-problems.ts";

const ROOT = join(import.meta.dirname, "..", "..");

const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};
const known = new Set(Object.keys(scripts));
const paths = [
  ...globSync("*.md", { cwd: ROOT }),
  ...globSync("docs/**/*.md", { cwd: ROOT }),
].sort();

test.each(paths)("%s names only commands, links and files that are there", (path) => {
  const text = readFileSync(join(ROOT, path), "utf8");
  expect(documentProblems({ path, text }, ROOT, known)).toEqual([]);
});

test("the index of the runbooks leads to every runbook", () => {
  const index = readFileSync(join(ROOT, "docs/runbooks/README.md"), "utf8");
  const runbooks = globSync("*.md", { cwd: join(ROOT, "docs/runbooks") });
  const missing = runbooks.filter((name) => name !== "README.md" && !index.includes(`](${name})`));
  expect(missing).toEqual([]);
});

test.each([
  [
    "a command that is not there",
    "`npm run --silent nothing -- --stack S`",
    "npm run nothing is not",
  ],
  [
    "a link to a heading that is not there",
    "[this](tokens.md#nothing)",
    "the link tokens.md#nothing",
  ],
  ["a link that leads nowhere", "[this](runbooks/nothing.md#part)", "the link runbooks/nothing.md"],
  ["a file that is not there", "see `test/nothing.test.ts`", "the file test/nothing.test.ts"],
])("%s is found", (_, text, problem) => {
  expect(documentProblems({ path: "docs/some.md", text }, ROOT, known)).toEqual([
    expect.stringContaining(problem),
  ]);
});

test("what is there, and addresses of the web, are no problem", () => {
  const text =
    "`npm start`, `npm run drift -- --stack S`, [a](tokens.md#where-each-is-kept), [b](https://example.com/x)";
  expect(documentProblems({ path: "docs/some.md", text }, ROOT, known)).toEqual([]);
});
