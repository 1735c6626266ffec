import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { ENGINE_VERSION } from "./engine-version.ts";

const OLDEST_GO = [1, 26] as const;
const PROGRESS_MS = 2_000;
const MODULES = join(import.meta.dirname, "engine");

const binaries = [
  {
    name: "pulumi-language-nodejs",
    module: "language-nodejs",
    package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
  },
  { name: "pulumi", module: "pulumi", package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi" },
] as const;

/**
 * Builds the engine and its Node.js language host from Pulumi's Go modules, pinned by the
 * go.sum files beside this file, and moves them into place when both are whole.
 *
 * @param folder the engine's folder; `bin/` below it receives the binaries
 * @param refusal why the official download failed, for the message when Go is missing too
 * @throws one message that names what to install, or what the Go compiler said
 */
export async function buildEngine(
  folder: string,
  refusal: string,
  show: (line: string) => void,
): Promise<void> {
  await requireGo(refusal);
  await mkdir(dirname(folder), { recursive: true });
  const staging = await mkdtemp(`${folder}.building-`);
  try {
    for (const binary of binaries) {
      await build(binary, join(staging, binary.name), show);
    }
    await mkdir(join(folder, "bin"), { recursive: true });
    for (const { name } of binaries) {
      await rename(join(staging, name), join(folder, "bin", name));
    }
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function requireGo(refusal: string): Promise<void> {
  const wanted = OLDEST_GO.join(".");
  const remedy = `The Pulumi engine ${ENGINE_VERSION} could not be downloaded (${refusal}), so it must be built. Install Go ${wanted} or newer, or allow the download from get.pulumi.com, then run the same command again.`;
  const { stdout } = await promisify(execFile)("go", ["env", "GOVERSION"]).catch(() => {
    throw new Error(`${remedy} No Go was found on this machine.`);
  });
  const [major = 0, minor = 0] = stdout.trim().replace(/^go/, "").split(".").map(Number);
  if (major < OLDEST_GO[0] || (major === OLDEST_GO[0] && minor < OLDEST_GO[1])) {
    throw new Error(`${remedy} This machine has ${stdout.trim()}.`);
  }
}

/** `go build -v` names each package as it is compiled: the only progress that Go can show. */
async function build(
  binary: (typeof binaries)[number],
  output: string,
  show: (line: string) => void,
): Promise<void> {
  const started = Date.now();
  const version = `github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${ENGINE_VERSION}`;
  const go = spawn(
    "go",
    [
      "build",
      "-v",
      "-trimpath",
      "-buildvcs=false",
      "-ldflags",
      `-s -w -X ${version}`,
      "-o",
      output,
      binary.package,
    ],
    { cwd: join(MODULES, binary.module), stdio: ["ignore", "ignore", "pipe"] },
  );
  let packages = 0;
  const complaints: string[] = [];
  createInterface({ input: go.stderr }).on("line", (line) => {
    if (/^[\w./~-]+$/.test(line)) packages += 1;
    else if (!line.startsWith("go: downloading")) complaints.push(line);
  });
  const progress = setInterval(() => {
    const elapsed = Math.round((Date.now() - started) / 1000);
    show(`building ${binary.name} (once; minutes): ${packages} packages compiled, ${elapsed} s`);
  }, PROGRESS_MS);
  const code = await new Promise<number | null>((resolve, reject) => {
    go.on("error", reject);
    go.on("close", resolve);
  }).finally(() => clearInterval(progress));
  if (code !== 0) {
    throw new Error(`go build of ${binary.name} failed:\n${complaints.slice(-20).join("\n")}`);
  }
}
