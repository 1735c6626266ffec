import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type JobFunctions, jobFunctions } from "./job-functions.ts";
import { type DatabaseServer, shareDatabaseServer, type TestDatabase } from "./test-database.ts";

let server: DatabaseServer;
let database: TestDatabase;
let jobs: JobFunctions;
beforeAll(async () => {
  server = await shareDatabaseServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  database = await server.createDatabase();
  jobs = jobFunctions(database);
});

/** An import as pg_restore and replication do it: no trigger fires. */
async function importSilently(statement: string): Promise<void> {
  await database.as("supabase_admin").begin(async (transaction) => {
    await transaction`set local session_replication_role = replica`;
    await transaction.unsafe(statement);
  });
}
const organizations = (count: number, customer = "null") =>
  `insert into public.organizations (name, stripe_customer_id)
   select 'Imported', ${customer} from generate_series(1, ${count}) i`;
const withoutJob = async () => (await jobs.health()).organizations_without_job;

test("organizations that no trigger told of are claimed by the next pull", async () => {
  await importSilently(organizations(3));
  expect(await withoutJob()).toBe(3);
  const claim = await jobs.claim(null, { how_many: 10 });
  expect(claim.jobs.length).toBeGreaterThan(0);
  expect(claim.jobs[0]).toMatchObject({ action: "reconcile", request: { name: "Imported" } });
  expect(await withoutJob()).toBe(0);
});

test("organizations that have a customer already get a job that asks for nothing", async () => {
  await importSilently(organizations(3, "'cus_' || i"));
  const claim = await jobs.claim(null, { how_many: 10 });
  expect(claim).toMatchObject({ jobs: [], more: false });
  expect(await jobs.health()).toMatchObject({ jobs: { linked: 3, due: 0 } });
});

test("a webhook finds an organization that no trigger told of", async () => {
  await importSilently(organizations(1));
  const [row] = await database.sql`select id from public.organizations`;
  expect((await jobs.take(row?.id)).action).toBe("reconcile");
});

// Take `must_reconcile` out of the insert in stripe_sync.ensure_jobs() to see this fail: an
// organization that is older than the sync gets a second customer.
test("only the trigger's own jobs create at once; for all others Stripe is asked first", async () => {
  await database.sql`select stripe_sync.configure('{"pace_per_second": 1000}')`;
  const signedUp = await database.signUp();
  expect((await jobs.take(signedUp)).action).toBe("create");

  await importSilently(organizations(3));
  const [swept = "", changed = "", told = ""] = (
    await database.sql<{ id: string }[]>`
      select id from public.organizations where name = 'Imported' order by id`
  ).map(({ id }) => id);
  await database.sql`update public.organizations set name = 'Changed' where id = ${changed}`;
  for (const organization of [swept, changed, told]) {
    expect((await jobs.take(organization)).action).toBe("reconcile");
  }
});

test("a create after such a look has the first key: a restored database doubles nobody", async () => {
  await importSilently(organizations(1));
  const [looked] = (await jobs.claim(null)).jobs;
  if (looked === undefined) throw new Error("nothing was claimed");
  expect(looked.first_attempt_at).toBeNull();
  const renewed = await jobs.renew(looked);
  // Take the condition out of `next_generation` in stripe_sync_renew() to see this fail.
  const key = `organization:${looked.organization_id}:g1`;
  expect(renewed).toMatchObject({ action: "create", idempotency_key: key });
  await jobs.fail(looked, "retry");
  await database.sql`update stripe_sync.jobs set next_attempt_at = clock_timestamp()`;
  const again = await jobs.take(looked.organization_id);
  expect(again).toMatchObject({ action: "create", idempotency_key: key });
});

test("a customer's id that was lost behind the triggers' back is looked for", async () => {
  const organization = await database.signUp();
  await jobs.link(organization, "cus_1");
  await importSilently("update public.organizations set stripe_customer_id = null");
  const [job] = (await jobs.claim(null)).jobs;
  expect(job).toMatchObject({ organization_id: organization, action: "reconcile" });
});

test("a large import is found in bounded steps, each of them short", async () => {
  await importSilently(organizations(7000));
  await importSilently(organizations(1200, "'cus_' || i"));
  const left = [];
  let longest = 0;
  for (let pull = 0; pull < 9; pull += 1) {
    const started = performance.now();
    await jobs.claim(null);
    longest = Math.max(longest, performance.now() - started);
    left.push(await withoutJob());
  }
  expect(left[0]).toBeGreaterThan(4000);
  expect(left.at(-1)).toBe(0);
  expect(longest).toBeLessThan(2000);
  for (let pull = 0; pull < 12; pull += 1) await jobs.claim(null);
  const [row] = await database.sql`select count(*)::int as jobs from stripe_sync.jobs`;
  expect(row?.jobs).toBe(8200);
});

test("the search through a table whose end it reached begins anew", async () => {
  await importSilently(organizations(2500));
  for (let pull = 0; pull < 4; pull += 1) await jobs.claim(null);
  await importSilently(
    "insert into public.organizations (id) values ('00000000-0000-4000-8000-000000000001')",
  );
  for (let pull = 0; pull < 4; pull += 1) await jobs.claim(null);
  expect(await withoutJob()).toBe(0);
});

describe("backfill", () => {
  /** As organizations that were there before the sync. */
  async function older(count: number): Promise<string[]> {
    const rows = await database.sql<{ id: string }[]>`
    insert into public.organizations (name)
    select 'Older' from generate_series(1, ${count}::int) returning id`;
    await database.sql`delete from stripe_sync.jobs`;
    return rows.map(({ id }) => id).sort();
  }

  async function backfill(after: string | null, howMany: number): Promise<string | null> {
    const [row] = await database.sql<{ last: string | null }[]>`
    select stripe_sync.backfill(${after}::uuid, ${howMany}) as last`;
    return row?.last ?? null;
  }

  test("it walks through all organizations in steps, and may begin anew at any time", async () => {
    const ids = await older(5);
    expect(await backfill(null, 2)).toBe(ids[1]);
    expect(await backfill(null, 2)).toBe(ids[1]);
    expect(await backfill(ids[1] ?? null, 2)).toBe(ids[3]);
    expect(await backfill(ids[3] ?? null, 2)).toBe(ids[4]);
    expect(await backfill(ids[4] ?? null, 2)).toBeNull();
    expect(await jobs.health()).toMatchObject({ jobs: { due: 5 }, organizations_without_job: 0 });
  });

  test("its jobs look in Stripe first and stay its own until they are linked", async () => {
    const [organization = ""] = await older(1);
    await backfill(null, 10);
    const job = await jobs.take(organization);
    expect(job.action).toBe("reconcile");
    expect(await database.job(organization)).toMatchObject({ last_source: "backfill" });
    await jobs.complete(job, "cus_1");
    await database.sql`update stripe_sync.pace set tokens = 5`;
    expect((await jobs.take(organization)).action).toBe("update");
    expect((await database.job(organization)).last_source).not.toBe("backfill");
  });

  test("sign-ups, linked organizations and dead jobs are left alone", async () => {
    const [linked = "", dead = ""] = await older(2);
    await database.sql`
    update public.organizations set stripe_customer_id = 'cus_1' where id = ${linked}`;
    await backfill(null, 10);
    await database.sql`
    update stripe_sync.jobs set state = 'dead', last_source = 'cron' where organization_id = ${dead}`;
    const signedUp = await database.signUp();
    const before = await Promise.all([linked, dead, signedUp].map((id) => database.job(id)));
    await backfill(null, 10);
    expect(await Promise.all([linked, dead, signedUp].map((id) => database.job(id)))).toEqual(
      before,
    );
  });
});
