#!/usr/bin/env node
/**
 * Installs what is missing, then runs one of the project's TypeScript programs with the
 * project's own Node. Plain JavaScript without dependencies: it is what runs on a machine that
 * has nothing but Node >= 20 and npm.
 *
 *     node install/run.mjs commands/start.ts --once
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { installDependencies } from "./dependencies.mjs";
import { mendDriver } from "./mend-driver.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const OLDEST_NODE_MAJOR = 20;
/** Small young generation: the local cloud needs 510 MB instead of 680, and is no slower. */
const NODE_FLAGS = ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=4"];

const [program, ...programArguments] = process.argv.slice(2);
if (!program) {
  fail("Name the program to run, for example: node install/run.mjs commands/start.ts");
}
if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE_MAJOR) {
  fail(
    `Node ${process.versions.node} is too old: install Node ${OLDEST_NODE_MAJOR} or newer, then run the same command again.`,
  );
}

await installDependencies(root)
  .then(() => mendDriver(root))
  .catch((error) => fail(error.message));
const node = projectNode();
const engine = await run(node, [...NODE_FLAGS, "install/engine.ts"]);
process.exitCode =
  engine === 0 ? await run(node, [...NODE_FLAGS, program, ...programArguments]) : engine;

/** The npm package `node`: a Node that runs TypeScript, whatever the system's Node is. */
function projectNode() {
  const path = join(
    root,
    "node_modules",
    "node",
    "bin",
    process.platform === "win32" ? "node.exe" : "node",
  );
  if (!existsSync(path)) {
    fail(
      'The npm package "node" did not install its Node. Allow its install script (see allowScripts in package.json), delete node_modules and run the same command again.',
    );
  }
  return path;
}

/** Runs a child in this terminal and passes the terminal's signals on; resolves to its exit code. */
function run(command, args) {
  const bin = join(root, "node_modules", ".bin");
  const child = spawn(command, args, {
    cwd: root,
    stdio: "inherit",
    env: {
      ...process.env,
      PATH: [dirname(node), bin, process.env.PATH].join(delimiter),
      // Each run of the engine starts half a dozen Node processes that load the same modules.
      NODE_COMPILE_CACHE:
        process.env.NODE_COMPILE_CACHE ?? join(root, "node_modules", ".cache", "node-compile"),
    },
  });
  // Ctrl-C reaches the child by the terminal's process group; this process must outlive it to
  // hand on its exit code. A plain `kill` reaches only this process, so SIGTERM is passed on.
  const ignore = () => {};
  const terminate = () => child.kill("SIGTERM");
  process.on("SIGINT", ignore);
  process.on("SIGTERM", terminate);
  return new Promise((resolve) => {
    child.on("error", (error) => fail(`Cannot run ${command}: ${error.message}`));
    child.on("exit", (code, signal) => {
      process.off("SIGINT", ignore);
      process.off("SIGTERM", terminate);
      resolve(code ?? (signal === "SIGINT" ? 130 : 143));
    });
  });
}

/** @returns {never} */
function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
