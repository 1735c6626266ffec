import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Cloudflare from "cloudflare";
import { afterAll, onTestFinished } from "vitest";
import {
  type CloudflareCloud,
  type CloudflareOptions,
  startCloudflare,
} from "../../../local/cloudflare/index.ts";
import { live, sandbox } from "./test-accounts.ts";

export { live, sandbox };

/** Keeps what is to be done at the end; vitest's own does it when the running test has ended. */
export type AtTheEnd = (end: () => void | Promise<void>) => void;

/** For what the tests of a file share: it is done after the last of them, the newest first. */
export function atTheEndOfFile(): AtTheEnd {
  const ends: Parameters<AtTheEnd>[0][] = [];
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });
  return (end) => void ends.push(end);
}

/** A local Cloudflare of its own for one test, gone when the test has ended. */
export async function startTestCloud(
  options: Partial<CloudflareOptions> = {},
  atTheEnd: AtTheEnd = onTestFinished,
): Promise<CloudflareCloud> {
  const cloud = await startCloudflare({
    tenants: [sandbox, live],
    stateFolder: options.stateFolder ?? temporaryFolder(atTheEnd),
    ...options,
  });
  atTheEnd(() => cloud.close());
  return cloud;
}

export function temporaryFolder(atTheEnd: AtTheEnd = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), "local-cloudflare-"));
  atTheEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The official client with the token of the sandbox. */
export function client(
  cloud: Pick<CloudflareCloud, "apiUrl">,
  apiToken: string = sandbox.apiToken,
): Cloudflare {
  return new Cloudflare({ apiToken, baseURL: cloud.apiUrl, maxRetries: 0 });
}
