import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Job, type JobFunctions, jobFunctions } from "./job-functions.ts";
import { SUPERUSER } from "./postgres.ts";
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
const times = <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));
const unlimitedPace = () =>
  database.sql`update stripe_sync.pace set tokens = 1000;
    select stripe_sync.configure('{"pace_per_second": 100000}')`.simple();

describe("in parallel", () => {
  test("fifty claims of one organization, and the cron's beside them, lease it once", async () => {
    const organization = await database.signUp();
    await times(60, () => database.as("authenticator")`select 1`);
    await jobs.refillPace();
    const started = performance.now();
    const claims = await times(60, (index) => jobs.claim(index % 6 === 0 ? null : organization));
    console.info(
      `60 parallel claims of one organization: ${Math.round(performance.now() - started)} ms`,
    );
    expect(claims.flatMap((claim) => claim.jobs)).toHaveLength(1);
    for (const { deferred } of claims) {
      if (deferred) expect(deferred.reason).toBe("leased");
    }
  });

  test("claims of many never share a job", async () => {
    await unlimitedPace();
    await times(120, () => database.signUp());
    const claims = await times(40, () => jobs.claim(null, { how_many: 5 }));
    const leased = claims.flatMap((claim) => claim.jobs).map((job) => job.organization_id);
    expect(new Set(leased).size).toBe(leased.length);
    expect(leased.length).toBeGreaterThan(60);
  });

  test("fifty organizations are claimed by fifty webhooks soon", async () => {
    await unlimitedPace();
    const organizations = await times(50, () => database.signUp());
    await times(50, () => database.as("authenticator")`select 1`);
    const latencies = await Promise.all(
      organizations.map(async (organization) => {
        const started = performance.now();
        await jobs.take(organization);
        return performance.now() - started;
      }),
    );
    latencies.sort((a, b) => a - b);
    console.info(
      `50 parallel claims of 50 organizations: p50 ${Math.round(latencies[24] ?? 0)} ms, ` +
        `longest ${Math.round(latencies[49] ?? 0)} ms`,
    );
    expect(latencies[49]).toBeLessThan(5000);
  });

  test("different customers for one organization: one wins, the others are kept for the audit", async () => {
    const organization = await database.signUp();
    const job = await jobs.take(organization);
    const answers = await times(10, (index) =>
      index % 2 === 0
        ? jobs.complete(job, `cus_${index}`)
        : jobs.event(`cus_${index}`, "created", organization),
    );
    const winner = await jobs.customerOf(organization);
    expect(
      answers.filter(({ outcome }) => outcome === "linked" || outcome === "adopted"),
    ).toHaveLength(1);
    const losers = await database.sql`select customer_id from stripe_sync.duplicates`;
    expect(losers).toHaveLength(9);
    expect(losers.map(({ customer_id }) => customer_id)).not.toContain(winner);
  });

  test("one customer for different organizations stays with one of them", async () => {
    await unlimitedPace();
    const organizations = await times(10, () => database.signUp());
    const held = await Promise.all(organizations.map((organization) => jobs.take(organization)));
    await Promise.all(held.map((job) => jobs.complete(job, "cus_1")));
    const [row] = await database.sql`
      select count(stripe_customer_id)::int as linked from public.organizations`;
    expect(row?.linked).toBe(1);
  });

  test("everything at once, nothing waits for itself and every organization is linked", async () => {
    await unlimitedPace();
    const organizations = await times(15, () => database.signUp());
    const customers = new Map(organizations.map((id, index) => [id, `cus_${index}`]));
    const work = async (job: Job, round: number) => {
      const customer = customers.get(job.organization_id) ?? "";
      if (round % 5 === 0) await jobs.fail(job, round % 2 === 0 ? "retry" : "ambiguous");
      else await jobs.complete(job.action === "reconcile" ? await renewed(job) : job, customer);
    };
    const renewed = async (job: Job) => {
      const next = await jobs.renew(job);
      return next.outcome === undefined ? next : job;
    };
    await times(24, async (worker) => {
      for (let round = 0; round < 15; round += 1) {
        const organization = organizations[(worker * 7 + round) % 15] ?? "";
        const customer = customers.get(organization) ?? "";
        switch (worker % 6) {
          case 0:
            await database.sql`update public.organizations set name = ${`${worker}.${round}`} where id = ${organization}`;
            break;
          case 1:
            await jobs.event(customer, round % 2 === 0 ? "created" : "updated", organization);
            break;
          case 2:
            for (const job of (await jobs.claim(null, { how_many: 5 })).jobs)
              await work(job, round);
            break;
          case 3:
            await database.as(SUPERUSER)`
              update auth.users set email = md5(random()::text) || '@example.com'
              where id = (select owner_id from public.organizations where id = ${organization})`;
            break;
          case 4:
            await database.sql`
              update stripe_sync.jobs set next_attempt_at = clock_timestamp()
              where organization_id = ${organization} and state <> 'linked'`;
            await database.sql`select stripe_sync.requeue(${organization})`;
            break;
          default:
            for (const job of (await jobs.claim(organization)).jobs) await work(job, round);
        }
      }
    });

    for (let round = 1; round < 5; round += 1) {
      await database.sql`update stripe_sync.jobs set next_attempt_at = clock_timestamp()`;
      for (const job of (await jobs.claim(null, { how_many: 100 })).jobs) await work(job, 1);
    }
    const rows = await database.sql<{ id: string; customer: string }[]>`
      select id, stripe_customer_id as customer from public.organizations`;
    expect(new Map(rows.map(({ id, customer }) => [id, customer]))).toEqual(customers);
    expect(await jobs.health()).toMatchObject({ jobs: { linked: 15 }, duplicates: 0 });
  });
});
