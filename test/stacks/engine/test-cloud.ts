import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LocalCloud, startLocalCloud } from "../../../local/cloud.ts";
import { anyPorts } from "../../../local/ports.ts";
import type { Tenant } from "../../../local/tenants.ts";
import { recordSaid } from "../../nothing-out/record.ts";
import { recordStateFiles } from "../../nothing-out/record-files.ts";

/** As many as the local cloud keeps of a Worker. */
const MOST_LINES = 2_000;

/** A local cloud of a test's own, on free ports, in a folder that goes with it. */
export interface TestCloud {
  readonly cloud: LocalCloud;
  readonly folder: string;
  close(): Promise<void>;
}

export async function startTestCloud(tenants: readonly Tenant[]): Promise<TestCloud> {
  const folder = await mkdtemp(join(tmpdir(), "stripe-customer-sync-"));
  // PostgreSQL runs as a user of its own when the tests run as root, and must be able to enter.
  await chmod(folder, 0o755);
  const cloud = await startLocalCloud({
    tenants,
    ports: anyPorts,
    stateFolder: join(folder, "cloud"),
  });
  return {
    cloud,
    folder,
    close: async () => {
      recordWorkerLogs(cloud, tenants);
      recordStateFiles(folder);
      await cloud.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

function recordWorkerLogs({ cloudflare }: LocalCloud, tenants: readonly Tenant[]): void {
  for (const tenant of tenants) {
    const account = cloudflare.account(tenant.cloudflare.accountId);
    for (const name of account.workerNames()) {
      for (const { text } of account.logs(name, MOST_LINES)) recordSaid("Worker log", text);
    }
  }
}
