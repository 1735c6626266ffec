import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sandboxTenant } from "../../../local/tenants.ts";

const WRANGLER = join(import.meta.dirname, "..", "..", "..", "node_modules", ".bin", "wrangler");

/**
 * The real wrangler, with a project of its own that has the stack's Worker for its name.
 *
 * @returns runs a command; throws with everything printed when it fails
 */
export function wranglerOn(apiUrl: string, folder: string) {
  const cwd = join(folder, "wrangler");
  const env = {
    PATH: process.env.PATH,
    HOME: cwd,
    CI: "1",
    CLOUDFLARE_API_BASE_URL: apiUrl,
    CLOUDFLARE_API_TOKEN: sandboxTenant.cloudflare.apiToken,
    CLOUDFLARE_ACCOUNT_ID: sandboxTenant.cloudflare.accountId,
    WRANGLER_SEND_METRICS: "false",
  };
  return async (args: readonly string[], input = ""): Promise<string> => {
    await mkdir(cwd, { recursive: true });
    await writeFile(join(cwd, "index.js"), "export default { fetch: () => new Response('mine') };");
    const configuration = {
      name: "stripe-customer-sync-staging",
      main: "index.js",
      compatibility_date: "2026-07-30",
      workers_dev: false,
      observability: { enabled: true, logs: { enabled: true, invocation_logs: false } },
    };
    await writeFile(join(cwd, "wrangler.json"), JSON.stringify(configuration));
    return new Promise((resolve, reject) => {
      const child = execFile(WRANGLER, args, { cwd, env }, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`wrangler ${args.join(" ")}:\n${stdout}${stderr}`));
      });
      child.stdin?.end(input);
    });
  };
}
