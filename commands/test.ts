import { spawn } from "node:child_process";
import { mkdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/**
 * `npm test`: types, lint, and the unit and integration tests. All three run even if one fails,
 * so that one run tells everything; the last line counts the tests.
 */
const root = join(import.meta.dirname, "..");
const report = join(root, ".local", "test-report.json");
/** Of this run alone: tests work on copies of the project whose paths never come again. */
const compileCache = join(root, ".local", "test-compile-cache");
const filters = process.argv.slice(2);

await mkdir(dirname(report), { recursive: true });
await rm(report, { force: true });
await rm(compileCache, { recursive: true, force: true });
// Beside the tests, which leave part of a processor idle; what they say is told after them.
const checks = Promise.all([
  run("typescript", "tsc", ["--noEmit", "-p", "."], "pipe"),
  run("@biomejs/biome", "biome", ["check", "."], "pipe"),
]);
const vitest = ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
const tests = await run("vitest", "vitest", [...vitest, ...filters], "inherit");
const [types, lint] = await checks;
process.stdout.write(`\n== Types\n${types.output}\n== Lint\n${lint.output}\n`);
process.exitCode = [types, lint, tests].every(({ code }) => code === 0) ? 0 : 1;
if (types.code !== 0) process.stdout.write("The type check failed; see above.\n");
if (lint.code !== 0)
  process.stdout.write("The lint failed; see above. `npx biome check --write .` mends most.\n");
process.stdout.write(`${await counts()}\n`);

/** Runs the program `bin` of an installed npm package, before the user's eyes or captured. */
function run(
  packageName: string,
  bin: string,
  args: string[],
  output: "inherit" | "pipe",
): Promise<{ code: number; output: string }> {
  const manifestPath = createRequire(import.meta.url).resolve(`${packageName}/package.json`);
  const manifest = createRequire(import.meta.url)(manifestPath) as { bin: Record<string, string> };
  const script = join(dirname(manifestPath), manifest.bin[bin] ?? bin);
  const child = spawn(process.execPath, [script, ...args], {
    cwd: root,
    stdio: ["inherit", output, output],
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
  });
  let captured = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      captured += chunk.toString("utf8");
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, output: captured }));
  });
}

/** The test runner's own counts; a report that is missing or empty is a failure. */
async function counts(): Promise<string> {
  try {
    const result = JSON.parse(await readFile(report, "utf8")) as {
      numPassedTests: number;
      numFailedTests: number;
      numPendingTests: number;
      numTodoTests: number;
      numFailedTestSuites: number;
      testResults: { status: string; assertionResults: unknown[] }[];
    };
    // A file that does not load has no tests of its own to count: count it as one failure.
    const broken = result.testResults.filter(
      ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
    ).length;
    const skipped = result.numPendingTests + result.numTodoTests;
    const failed = result.numFailedTests + broken;
    return `${result.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
  } catch {
    process.exitCode = 1;
    return "0 passed, 1 failed";
  }
}
