import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type postgres from "postgres";
import Stripe from "stripe";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sandboxTenant } from "../../local/tenants.ts";
import { startTestCloud } from "../stacks/engine/test-cloud.ts";
import { createTestStack } from "../stacks/engine/test-stack.ts";
import { type ImmortalCloud, startImmortalCloud } from "./immortal-cloud.ts";
import { type Acknowledged, type Load, startLoad } from "./load.ts";
import { type Kill, killSchedule } from "./schedule.ts";

const KILLS_OF_EACH = Number(process.env.CHAOS_KILLS ?? 20);
const SEED = Number(process.env.CHAOS_SEED ?? Math.floor(Math.random() * 2 ** 31));
const WORKER = "stripe-customer-sync-staging";
/** To end a hang. */
const PROGRESS_LIMIT_MS = 60_000;
const QUIET_LIMIT_MS = 120_000;

let folder: string;
let auth: { url: string; key: string };
let cloud: ImmortalCloud;
let stripeUrl: URL;

// A real deployment; then the cloud goes on in a process of its own, on the same state and ports.
beforeAll(async () => {
  const deploying = await startTestCloud([sandboxTenant]);
  folder = deploying.folder;
  const { cloudflare, supabase, stripe } = deploying.cloud;
  const project = supabase.project(sandboxTenant.supabase.ref);
  const stack = await createTestStack({
    test: deploying,
    tenant: sandboxTenant,
    stack: "staging",
  });
  await stack.set({ plain: { workersPlan: "paid" } });
  const { exitCode, output } = await stack.run("up", "--yes", "--skip-preview");
  await deploying.cloud.close();
  if (exitCode !== 0) throw new Error(output);

  auth = { url: project.url, key: project.publishableKey };
  stripeUrl = new URL(stripe.url);
  const ports = {
    cloudflareApi: portOf(cloudflare.apiUrl),
    workers: portOf(cloudflare.workersUrl),
    cloudflareProvider: 0,
    supabase: portOf(supabase.url),
    stripe: portOf(stripe.url),
  };
  cloud = startImmortalCloud({ ports, stateFolder: join(folder, "cloud") }, WORKER);
});

afterAll(async () => {
  await cloud?.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

// Repeat a failure with the CHAOS_SEED that it prints: the same kills in the same order with the
// same pauses; what they hit is up to the machine. Seen to fail (the last: meant to)
// - for organizations that are never linked: with `return null` at the beginning of
//   organizations_inserted() in database/070-triggers.sql and without `perform stripe_sync.sweep()`
//   in database/110-claim.sql; each of the two alone makes up for the other;
// - for a customer that is gone: when flushed() in local/stripe/journal/journal.ts does not wait
//   and #write() pauses for a second before it writes;
// - for a database that stays down: without the last line of #ended() in
//   local/supabase/postgres/postgres-server.ts.
test(`${KILLS_OF_EACH} times kill -9 of Postgres, of workerd and of the cloud: what was committed is linked, once`, async () => {
  const load = startLoad(cloud, auth);
  const cron = startCron(cloud);
  try {
    for (const kill of killSchedule(SEED, KILLS_OF_EACH)) await carryOut(kill, load);
    await load.stop();
    await cron.stop();
    await quiet(cloud);
    expect(await broken(load.acknowledged)).toEqual([]);
  } catch (error) {
    throw new Error(`Repeat with CHAOS_SEED=${SEED} CHAOS_KILLS=${KILLS_OF_EACH}`, {
      cause: error,
    });
  } finally {
    await load.stop();
    await cron.stop();
  }
}, 600_000);

async function carryOut({ target, alone, underLoad, pauseMs }: Kill, { acknowledged }: Load) {
  const made = () => acknowledged.organizations.length;
  const before = made();
  await until(`organizations are taken before a kill of ${target}`, async () => {
    return !underLoad || made() > before;
  });
  await sleep(pauseMs);
  await until(`there is a ${target} to kill`, async () => cloud.kill(target, alone));
}

/** The minutes of the chaos pass faster: the schedule fires whenever the last run has ended. */
function startCron(of: ImmortalCloud) {
  let stopped = false;
  const running = (async () => {
    while (!stopped) {
      await of.cron();
      await sleep(1_000);
    }
  })();
  return {
    stop: async () => {
      stopped = true;
      await running;
    },
  };
}

/** Lets every lease and every wait pass, and the schedule fire, until nothing is left to do. */
async function quiet(of: ImmortalCloud): Promise<void> {
  await until(
    "nothing is left to do",
    async () => {
      if ((await of.cron()) !== "ok") return false;
      const { sql } = of;
      if (!sql) return false;
      const [left] = (await sql`
        with passed as (
          update stripe_sync.jobs set next_attempt_at = clock_timestamp()
          where state in ('due', 'leased', 'parked') returning 1
        )
        select (select count(*) from passed) + (select count(*) from stripe_sync.changes) as jobs`) as [
        { jobs: string },
      ];
      return Number(left.jobs) === 0;
    },
    QUIET_LIMIT_MS,
  );
}

/** What of the promise does not hold, one line each. */
async function broken({ organizations, people }: Acknowledged): Promise<string[]> {
  const sql = cloud.sql as postgres.Sql;
  const rows = await sql<Row[]>`
    select o.id, o.owner_id, o.stripe_customer_id, job.state
    from public.organizations o left join stripe_sync.jobs job on job.organization_id = o.id`;
  const known = new Set(rows.map(({ id }) => id));
  const owners = new Set(rows.map(({ owner_id }) => owner_id));
  const customers = Map.groupBy(await allCustomers(), ({ metadata }) => metadata.organization_id);
  return [
    ...organizations.filter((id) => !known.has(id)).map((id) => `${id}: committed, and gone`),
    ...people.filter((id) => !owners.has(id)).map((id) => `${id}: signed up, no organization`),
    ...[...customers.keys()]
      .filter((id) => !known.has(id ?? ""))
      .map((id) => `${id}: a customer only`),
    ...rows.flatMap(({ id, stripe_customer_id, state }) => {
      const ids = (customers.get(id) ?? []).map((customer) => customer.id);
      const isLinked = state === "linked" && ids.length === 1 && ids[0] === stripe_customer_id;
      return isLinked ? [] : [`${id}: ${state}, row ${stripe_customer_id}, Stripe ${ids}`];
    }),
  ];
}

interface Row {
  readonly id: string;
  readonly owner_id: string | null;
  readonly stripe_customer_id: string | null;
  readonly state: string | null;
}

function allCustomers(): Promise<Stripe.Customer[]> {
  const stripe = new Stripe(sandboxTenant.stripe.secretKey, {
    protocol: "http",
    host: stripeUrl.hostname,
    port: stripeUrl.port,
  });
  return stripe.customers.list({ limit: 100 }).autoPagingToArray({ limit: 10_000 });
}

/** Asks again and again; a failure of the question is a no. */
async function until(
  what: string,
  isSo: () => Promise<boolean>,
  limitMs: number = PROGRESS_LIMIT_MS,
): Promise<void> {
  const deadline = performance.now() + limitMs;
  let failure: unknown;
  while (performance.now() < deadline) {
    try {
      if (await isSo()) return;
    } catch (error) {
      failure = error;
    }
    await sleep(10);
  }
  throw new Error(`Waited in vain until ${what}.`, { cause: failure });
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}
