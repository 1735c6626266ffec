import { join } from "node:path";
import { build } from "esbuild";

/** The router's TypeScript as one module for workerd. */
export async function bundleRouter(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "router", "index.ts")],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    external: ["cloudflare:workers"],
  });
  return outputFiles.map(({ text }) => text).join("");
}
