import { setTimeout as sleep } from "node:timers/promises";
import type { LocalCloud } from "../../local/cloud.ts";
import { sandboxTenant } from "../../local/tenants.ts";
import { crowd } from "./crowd.ts";
import { quantile } from "./quantile.ts";

/** What became of a burst. */
export interface Burst {
  readonly linked: number;
  readonly signUpsPerSecond: number;
  /** From the first link to the last one. */
  readonly linksPerSecond: number;
  /** The double's limit of customers made in a second. */
  readonly limitPerSecond: number;
  readonly shareOfLimit: number;
  /** Of all calls of Stripe during the burst. */
  readonly refusedShare: number;
  readonly linkMs: { readonly median: number; readonly p95: number };
  readonly wallMs: number;
}

const POLL_MS = 500;
/** So many times as long as the limit alone would take, and the lease of a job that was dropped. */
const PATIENCE = 3;
const LEASE_AND_PULL_MS = 200_000;

/**
 * Signs so many people up as fast as Auth takes them, and waits until all are linked.
 *
 * @throws when one is not linked in time, or has not exactly one customer
 */
export async function burst(cloud: LocalCloud, signUps: number): Promise<Burst> {
  const { sql, url, publishableKey } = cloud.supabase.project(sandboxTenant.supabase.ref);
  const stripe = cloud.stripe.account(sandboxTenant.stripe.accountId);
  const limitPerSecond = Math.min(
    stripe.limits.globalPerSecond,
    stripe.limits.perEndpoint["POST /v1/customers"] ?? stripe.limits.endpointPerSecond,
  );
  stripe.forgetRequests();
  const started = performance.now();
  await crowd({ url, publishableKey, signUps });
  const signedUpAt = performance.now();

  const giveUp = signedUpAt + (PATIENCE * signUps * 1_000) / limitPerSecond + LEASE_AND_PULL_MS;
  for (;;) {
    const [row] = await sql<{ unlinked: number }[]>`
      select count(*)::int as unlinked from public.organizations where stripe_customer_id is null`;
    if (row?.unlinked === 0) break;
    if (performance.now() > giveUp) throw new Error(`${row?.unlinked} sign-ups are not linked.`);
    await sleep(POLL_MS);
  }
  const wallMs = performance.now() - started;

  const links = await sql<{ at: number; ms: number; customer: string }[]>`
    select extract(epoch from linked_at)::float8 as at,
      extract(epoch from linked_at - o.created_at)::float8 * 1000 as ms,
      o.stripe_customer_id as customer
    from stripe_sync.jobs join public.organizations o on o.id = organization_id
    order by linked_at`;
  const customers = stripe.customers();
  const inRows = new Set(links.map(({ customer }) => customer));
  if (links.length !== signUps || customers.length !== signUps || inRows.size !== signUps) {
    throw new Error(
      `${signUps} sign-ups, ${links.length} organizations, ${inRows.size} ids in rows, ${customers.length} customers.`,
    );
  }
  const requests = stripe.requests();
  const refused = requests.filter(({ status }) => status === 429).length;
  const linksPerSecond = (signUps - 1) / ((links.at(-1)?.at ?? 0) - (links[0]?.at ?? 0));
  const times = links.map(({ ms }) => ms);
  return {
    linked: links.length,
    signUpsPerSecond: signUps / ((signedUpAt - started) / 1_000),
    linksPerSecond,
    limitPerSecond,
    shareOfLimit: linksPerSecond / limitPerSecond,
    refusedShare: refused / requests.length,
    linkMs: { median: quantile(times, 0.5), p95: quantile(times, 0.95) },
    wallMs,
  };
}
