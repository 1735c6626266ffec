import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };

interface LockEntry {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
}

const lockText = readFileSync(join(import.meta.dirname, "..", "..", "package-lock.json"), "utf8");
const entries = Object.entries(
  (JSON.parse(lockText) as { packages: Record<string, LockEntry> }).packages,
);
const installed = entries.filter(([path, { link }]) => path.includes("node_modules/") && !link);

test("the lock file gives each package's version and digest", () => {
  expect(installed.length).toBeGreaterThan(100);
  const incomplete = installed.filter(([, { version, integrity }]) => !version || !integrity);
  expect(incomplete.map(([path]) => path)).toEqual([]);
});

test("the lock file names no registry", () => {
  expect(installed.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});

test("every dependency is pinned to one exact version", () => {
  const { dependencies, devDependencies } = packageJson;
  const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
    ([, version]) => !/^(npm:[\w-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
  );
  expect(loose).toEqual([]);
});

test("the engine and its SDK have the same version", () => {
  expect(packageJson.dependencies["@pulumi/pulumi"]).toBe(packageJson.dependencies.pulumi);
});
