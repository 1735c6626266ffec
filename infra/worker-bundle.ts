import { createHash } from "node:crypto";
import { join } from "node:path";
import { build } from "esbuild";

/** The Worker as it is uploaded. */
export interface WorkerBundle {
  readonly mainModule: string;
  readonly modules: readonly WorkerModule[];
  /** SHA-256 over every module's name and content: 64 hexadecimal characters. */
  readonly digest: string;
}

export interface WorkerModule {
  readonly name: string;
  /** Media type as Cloudflare's upload API knows it. */
  readonly contentType: string;
  readonly contentBase64: string;
}

/** The folder that `entry` is relative to: the bundle must not depend on where that folder is. */
const ROOT = join(import.meta.dirname, "..");
const ENTRY = "worker/index.ts";
const MAIN_MODULE = "index.js";

/**
 * Bundles the Worker for workerd, in this process.
 *
 * The same sources give the same bytes in any folder, time zone and machine: paths are relative,
 * nothing reads the clock or the environment, and the versions of what is bundled are locked.
 *
 * @param root another project folder, for tests
 * @throws esbuild's own error, which names file and line
 */
export async function bundleWorker(root: string = ROOT): Promise<WorkerBundle> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [ENTRY],
    outfile: MAIN_MODULE,
    write: false,
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2024",
    // The conditions of Cloudflare's own bundler. Without them stripe brings Node's http client,
    // which hangs in workerd.
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    minify: true,
    keepNames: false,
    legalComments: "none",
    sourcemap: "external",
    sourcesContent: false,
    treeShaking: true,
    // The source map names a package by where it is installed, not by where a link leads.
    preserveSymlinks: true,
    logLevel: "silent",
  });
  const modules = outputFiles
    .map(({ path, contents }) => toModule(path, contents))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return { mainModule: MAIN_MODULE, modules, digest: digestOf(modules) };
}

function toModule(path: string, contents: Uint8Array): WorkerModule {
  const isSourceMap = path.endsWith(".map");
  return {
    name: isSourceMap ? `${MAIN_MODULE}.map` : MAIN_MODULE,
    contentType: isSourceMap ? "application/source-map" : "application/javascript+module",
    contentBase64: Buffer.from(contents).toString("base64"),
  };
}

function digestOf(modules: readonly WorkerModule[]): string {
  const hash = createHash("sha256");
  for (const { name, contentBase64 } of modules) hash.update(`${name}\0${contentBase64}\0`);
  return hash.digest("hex");
}
