import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
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

/** Organizations that wait, made in one statement; their ids. */
async function organizations(count: number): Promise<string[]> {
  const rows = await database.sql<{ id: string }[]>`
    insert into public.organizations (name)
    select 'Acme ' || i from generate_series(1, ${count}::int) i returning id`;
  return rows.map(({ id }) => id);
}
const setPace = (perSecond: number) =>
  database.sql`select stripe_sync.configure(jsonb_build_object('pace_per_second', ${perSecond}::numeric))`;
const setBucket = (tokens: number, secondsAgo = 0) => database.sql`
  update stripe_sync.pace set tokens = ${tokens},
    refilled_at = clock_timestamp() - make_interval(secs => ${secondsAgo})`;

test("pulls together take no more than the pace allows, and about as much", async () => {
  await organizations(200);
  await database.sql`update stripe_sync.pace set tokens = 0, refilled_at = clock_timestamp()`;
  const started = performance.now();
  let claimed = 0;
  const puller = async () => {
    while (performance.now() - started < 3000) {
      const pulled = await jobs.claim(null, { how_many: 4 });
      claimed += pulled.jobs.length;
      await sleep(50);
    }
  };
  await Promise.all([puller(), puller(), puller(), puller()]);
  const seconds = (performance.now() - started) / 1000;
  expect(claimed).toBeLessThanOrEqual(20 * seconds);
  expect(claimed).toBeGreaterThan(20 * 3 * 0.85);
});

test("after a rest, one second never sees more than Stripe's 25", async () => {
  await setBucket(0, 3600);
  const ids = await organizations(60);
  const claims = await Promise.all(ids.map((id) => jobs.claim(id)));
  const started = performance.now();
  const burst = claims.flatMap((claim) => claim.jobs).length;
  expect(burst).toBeGreaterThanOrEqual(5);
  expect(burst).toBeLessThanOrEqual(25);
  expect(performance.now() - started).toBeLessThan(1000);
});

test("an organization whose turn has not come is told when to ask again", async () => {
  const [organization = ""] = await organizations(1);
  await setPace(0.1);
  await setBucket(0);
  expect((await jobs.claim(organization)).deferred).toEqual({
    reason: "pace",
    retry_after_seconds: 10,
    customer_id: null,
  });
  expect(await database.job(organization)).toMatchObject({ state: "due", attempts: 0 });
  await setBucket(0, 11);
  expect((await jobs.take(organization)).attempt).toBe(1);
});

test("a pull says that more is left, and leaves a permit for the next sign-up", async () => {
  const [first = ""] = await organizations(20);
  await setBucket(5);
  await setPace(20);
  const pull = await jobs.claim(null, { how_many: 20 });
  expect(pull.jobs.length).toBeGreaterThanOrEqual(4);
  expect(pull.more).toBe(true);
  expect(pull.jobs[0]?.organization_id).toBe(first);
  expect((await jobs.take(await database.signUp())).attempt).toBe(1);
});

// Meant to fail with a constant in pace_wait_ms() of database/090-pace.sql.
test("a pull that gets nothing is told to come back when it gets two", async () => {
  await organizations(20);
  // Filled later than now, so that it is empty however slow this machine is.
  await setBucket(0, -60);
  const empty = await jobs.claim(null, { how_many: 4 });
  expect(empty).toMatchObject({ jobs: [], more: true });
  // Two permits and the one that stays, at 20 a second.
  expect(empty.wait_ms).toBeGreaterThan(0);
  expect(empty.wait_ms).toBeLessThanOrEqual(150);
  await setBucket(0, 0.15);
  const next = await jobs.claim(null, { how_many: 4 });
  expect(next.jobs.length).toBeGreaterThanOrEqual(2);
  expect(next.wait_ms).toBeNull();
});

test("a slow pace still lets pulls through", async () => {
  await setPace(1);
  await setBucket(0, 60);
  await organizations(2);
  expect((await jobs.claim(null, { how_many: 2 })).jobs).toHaveLength(1);
});

/** As an import behind the triggers' back: Stripe has to be asked before any create. */
const forgetJobs = () => database.sql`delete from stripe_sync.jobs`;

// Let `costs` be 1 for every action in stripe_sync_claim() to see these two fail: an import's
// look-ups would take Stripe's whole limit.
test("a job that looks in Stripe first counts for each of its calls", async () => {
  await organizations(20);
  await forgetJobs();
  await setBucket(5);
  expect((await jobs.claim(null, { how_many: 20 })).jobs).toMatchObject([{ action: "reconcile" }]);
  // One permit is still left for who comes now.
  expect((await jobs.take(await database.signUp())).action).toBe("create");
});

test("at a slow pace such a job takes the whole bucket and leaves a debt", async () => {
  await organizations(2);
  await forgetJobs();
  await setPace(1);
  await setBucket(1);
  expect((await jobs.claim(null, { how_many: 2 })).jobs).toHaveLength(1);
  const [bucket] = await database.sql`select tokens::float from stripe_sync.pace`;
  expect(bucket?.tokens).toBeCloseTo(-2, 0);
  await setBucket(-2, 2);
  expect((await jobs.claim(null, { how_many: 2 })).jobs).toHaveLength(0);
  await setBucket(-2, 3);
  expect((await jobs.claim(null, { how_many: 2 })).jobs).toHaveLength(1);
});

test("a clock that was put back stops nobody for longer than a moment", async () => {
  await setBucket(0, -3600);
  const [organization = ""] = await organizations(1);
  await jobs.claim(organization);
  await sleep(200);
  expect((await jobs.take(organization)).attempt).toBe(1);
});
