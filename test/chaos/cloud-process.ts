import { flushCompileCache } from "node:module";
import { type LocalCloudOptions, startLocalCloud } from "../../local/cloud.ts";
import { sandboxTenant } from "../../local/tenants.ts";

/** What the process says when everything listens. */
export interface Ready {
  readonly ready: { readonly databaseUrl: string };
}

/** The answer to the message `cron`: how the Worker's scheduled run ended. */
export interface CronEnded {
  readonly cronEnded: string;
}

// A local cloud that serves until it is killed, or until whoever started it is gone.
const [, , options = "", worker = ""] = process.argv;
const { ports, stateFolder } = JSON.parse(options) as Omit<LocalCloudOptions, "tenants">;
process.on("disconnect", () => process.exit());
const cloud = await startLocalCloud({ tenants: [sandboxTenant], ports, stateFolder });

process.on("message", async () => {
  const account = cloud.cloudflare.account(sandboxTenant.cloudflare.accountId);
  const cronEnded = await account.runCron(worker).then(({ outcome }) => outcome, String);
  process.send?.({ cronEnded } satisfies CronEnded);
});
const { databaseUrl } = cloud.supabase.project(sandboxTenant.supabase.ref);
process.send?.({ ready: { databaseUrl } } satisfies Ready);
// Node does this at the end of a process, and this one is killed: each life would compile anew.
flushCompileCache();
