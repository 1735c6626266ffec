import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const HEARTBEAT_MS = 10_000;

/**
 * Installs the npm packages of the lock file unless exactly these are installed already.
 *
 * `npm install --no-save` rather than `npm ci`: both keep to the lock file's versions and
 * digests, but `npm ci` refuses to start where a registry mirror lacks another platform's
 * optional package, which this machine would never install anyway.
 *
 * @param {string} root the project's folder
 * @throws when npm fails; npm's own output has been shown by then
 */
export async function installDependencies(root) {
  const stamp = join(root, "node_modules", ".stripe-customer-sync-lock");
  const wanted = digest(join(root, "package-lock.json"), join(root, "package.json"));
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;

  const started = Date.now();
  process.stdout.write("Installing the npm packages (about 1.3 GB on disk; a minute or two)\n");
  const heartbeat = setInterval(() => {
    process.stdout.write(`  still installing, ${seconds(started)} s\n`);
  }, HEARTBEAT_MS);
  try {
    await npm(root, ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"]);
  } finally {
    clearInterval(heartbeat);
  }
  writeFileSync(stamp, wanted);
  process.stdout.write(`  installed in ${seconds(started)} s\n`);
}

function digest(...files) {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest("hex");
}

function seconds(since) {
  return Math.round((Date.now() - since) / 1000);
}

/** Inside an npm script the same npm is used again; otherwise the one on the PATH. */
function npm(root, args) {
  const path = process.env.npm_execpath;
  const child = path?.endsWith(".js")
    ? spawn(process.execPath, [path, ...args], { cwd: root, stdio: "inherit" })
    : spawn("npm", args, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  return new Promise((resolve, reject) => {
    child.on("error", (error) =>
      reject(new Error(`Cannot run npm: ${error.message}. Install npm.`)),
    );
    child.on("exit", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`npm install failed (exit code ${code}); its message is above.`));
    });
  });
}
