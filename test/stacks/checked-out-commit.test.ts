import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkedOutCommit, commitInWords } from "../../stacks/checked-out-commit.ts";
import { commitCheckout } from "./engine/commit-checkout.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stripe-customer-sync-commit-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test("a clean checkout is its commit", async () => {
  await writeFile(join(folder, "a.ts"), "1");
  const commit = await commitCheckout(folder);
  expect(commit).toMatch(/^[0-9a-f]{40}$/);
  expect(await checkedOutCommit(folder)).toBe(commit);
  expect(commitInWords(commit)).toBe(`commit ${commit.slice(0, 12)}`);
});

test.each(["a.ts", "new.ts"])("with %s changed or new it says so", async (file) => {
  await writeFile(join(folder, "a.ts"), "1");
  const commit = await commitCheckout(folder);
  await writeFile(join(folder, file), "2");
  expect(await checkedOutCommit(folder)).toBe(`${commit}+changes`);
});

test("without a commit, and without version control, it is unknown", async () => {
  expect(await checkedOutCommit(folder)).toBe("unknown");
  execFileSync("git", ["init", "--quiet"], { cwd: folder });
  expect(await checkedOutCommit(folder)).toBe("unknown");
  expect(commitInWords("unknown")).toBe("an unknown commit");
});
