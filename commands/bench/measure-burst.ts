import Table from "cli-table3";
import type { LocalCloud } from "../../local/cloud.ts";
import { sandboxTenant } from "../../local/tenants.ts";
import { deployLocal } from "../start/deploy-local.ts";
import { startCloud } from "../start/start-cloud.ts";
import { type Burst, burst } from "./burst.ts";

const MS = 1_000;

export interface BurstOptions {
  readonly signUps: number;
  /** Setting `pacePerSecond` of the stack while this lasts. */
  readonly pacePerSecond: number;
}

/** How a burst of sign-ups is worked off against the double's limit. */
export async function measureBurst(options: BurstOptions): Promise<void> {
  const cloud = await startCloud();
  try {
    await deployLocal();
    await setPace(cloud, options.pacePerSecond);
    process.stdout.write(`\n${options.signUps} sign-ups through Supabase Auth …\n`);
    process.stdout.write(`${burstTable(await burst(cloud, options.signUps), options)}\n`);
  } finally {
    await cloud.close();
  }
}

/** What `pulumi config set pacePerSecond` and an update would do, without a change of the stack. */
async function setPace(cloud: LocalCloud, pacePerSecond: number): Promise<void> {
  const { sql } = cloud.supabase.project(sandboxTenant.supabase.ref);
  await sql`select stripe_sync.configure(${sql.json({ pace_per_second: pacePerSecond })})`;
}

function burstTable(measured: Burst, { pacePerSecond }: BurstOptions): string {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  const seconds = (ms: number) => `${(ms / MS).toFixed(1)} s`;
  const table = new Table({ colAligns: ["left", "right"] });
  table.push(
    ["sign-ups, each with exactly one customer", String(measured.linked)],
    ["sign-ups a second while they came", measured.signUpsPerSecond.toFixed(1)],
    ["pacePerSecond", String(pacePerSecond)],
    ["customers a second, first to last link", measured.linksPerSecond.toFixed(2)],
    [`of Stripe's limit of ${measured.limitPerSecond} a second`, percent(measured.shareOfLimit)],
    ["calls of Stripe answered 429", percent(measured.refusedShare)],
    ["sign-up to link, median", seconds(measured.linkMs.median)],
    ["sign-up to link, p95", seconds(measured.linkMs.p95)],
    ["first sign-up to last link", seconds(measured.wallMs)],
  );
  return table.toString();
}
