import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * `npm run lock`: makes package-lock.json anew from package.json.
 *
 * In an empty folder, because npm forgets the versions of other platforms' packages when it
 * reads them back from an installed node_modules; and without download addresses, because the
 * lock must serve any registry mirror. What is installed is checked by digest all the same.
 */
const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "lock-"));
try {
  cpSync(join(root, "package.json"), join(folder, "package.json"));
  cpSync(join(root, "package-lock.json"), join(folder, "package-lock.json"));
  cpSync(join(root, "providers"), join(folder, "providers"), { recursive: true });
  execFileSync(
    "npm",
    ["install", "--package-lock-only", "--omit-lockfile-registry-resolved=false", "--no-audit"],
    { cwd: folder, stdio: "inherit" },
  );
  const lock = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8")) as {
    packages: Record<string, { resolved?: string; link?: boolean }>;
  };
  for (const entry of Object.values(lock.packages)) {
    if (!entry.link) delete entry.resolved;
  }
  writeFileSync(join(root, "package-lock.json"), `${JSON.stringify(lock, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
