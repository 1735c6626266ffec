import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { jobFunctions } from "./job-functions.ts";
import { SUPERUSER } from "./postgres.ts";
import { type DatabaseServer, shareDatabaseServer, type TestDatabase } from "./test-database.ts";

/** What a sign-up may take while something of the sync is broken or locked. */
const SOON_MS = 1500;

let server: DatabaseServer;
let database: TestDatabase;
beforeAll(async () => {
  server = await shareDatabaseServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  database = await server.createDatabase();
  // A sign-up that waits fails instead of waiting for the end of its test.
  const setting = `alter database ${database.name} set statement_timeout = '10s'`;
  await database.as(SUPERUSER).unsafe(setting);
});

async function millisecondsOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

// To see these fail, take the exception handlers out of 070-triggers.sql.
describe("a sign-up, a change and a deletion succeed", () => {
  test.each([
    ["without the sync schema", "drop schema stripe_sync cascade"],
    ["without the table of jobs", "drop table stripe_sync.jobs cascade"],
    ["without the table of changes", "drop table stripe_sync.changes cascade"],
    ["without a column of jobs", "alter table stripe_sync.jobs drop column state cascade"],
    ["with a schema of another name", "alter schema stripe_sync rename to elsewhere"],
    ["without the settings", "truncate stripe_sync.settings"],
    [
      "with a function that fails",
      `create or replace function
      stripe_sync.organization_part(organization jsonb) returns jsonb
      language plpgsql as 'begin raise exception ''broken''; end'`,
    ],
    [
      "with a job table that takes nothing",
      "alter table stripe_sync.jobs add check (false) not valid",
    ],
    [
      "with tables of another owner",
      `
      alter table stripe_sync.jobs owner to supabase_auth_admin;
      alter table stripe_sync.changes owner to supabase_auth_admin`,
    ],
  ])("%s", async (_, breakage) => {
    await database.as(SUPERUSER).unsafe(breakage);
    const organization = await database.signUp({ name: "Ada", organization: "Acme" });
    await database.sql`update public.organizations set name = 'Other' where id = ${organization}`;
    await database.as("supabase_auth_admin")`update auth.users set email = 'new@example.com'`;
    await database.sql`delete from public.organizations where id = ${organization}`;
  });

  // To see it fail, take `set lock_timeout` out of 070-triggers.sql.
  test.each(["jobs", "changes"])("soon, with %s locked by somebody", async (table) => {
    await database.signUp();
    await database.sql.begin(async (other) => {
      await other.unsafe(`lock table stripe_sync.${table} in access exclusive mode`);
      const milliseconds = await millisecondsOf(async () => {
        await database.signUp({ name: "Ada" });
        await database.sql`update public.organizations set name = 'Other'`;
        await database.as("supabase_auth_admin")`
          update auth.users set raw_user_meta_data = '{"name": "Grace"}'`;
      });
      expect(milliseconds).toBeLessThan(SOON_MS);
    });
  });

  test("at once, while a Worker holds the job and the pace", async () => {
    const organization = await database.signUp();
    await database.sql.begin(async (worker) => {
      await worker`select public.stripe_sync_claim(${organization})`;
      const milliseconds = await millisecondsOf(async () => {
        await database.sql`update public.organizations set name = 'Other' where id = ${organization}`;
        await database.sql`delete from public.organizations where id = ${organization}`;
        await database.signUp();
      });
      expect(milliseconds).toBeLessThan(SOON_MS);
    });
  });

  test("in a transaction of the strictest kind, beside claims", async () => {
    const jobs = jobFunctions(database);
    const people = Array.from({ length: 20 }, (_, person) =>
      database.sql.begin("isolation level serializable", async (transaction) => {
        await transaction`insert into public.organizations (name) values (${`Acme ${person}`})`;
      }),
    );
    await Promise.all([...people, ...Array.from({ length: 10 }, () => jobs.claim(null))]);
    const [row] = await database.sql`select count(*)::int as jobs from stripe_sync.jobs`;
    expect(row?.jobs).toBe(20);
  });
});

test("a sign-up that is undone leaves no job", async () => {
  await database.sql
    .begin(async (transaction) => {
      await transaction`insert into public.organizations (name) values ('Acme')`;
      throw new Error("rolled back");
    })
    .catch(() => undefined);
  expect(await database.sql`select from stripe_sync.jobs`).toHaveLength(0);
});

test("what a broken trigger missed is found once it is whole again", async () => {
  await database.sql`alter table stripe_sync.jobs rename to hidden`;
  const organization = await database.signUp();
  await database.sql`alter table stripe_sync.hidden rename to jobs`;
  const [job] = (await jobFunctions(database).claim(null)).jobs;
  expect(job?.organization_id).toBe(organization);
});

// Meant to fail with `for each row` triggers: ten thousand calls instead of one.
test("ten thousand organizations in one statement are one insert of jobs, and each is claimed once", async () => {
  const calls = await database.as(SUPERUSER).begin(async (transaction) => {
    await transaction`set local track_functions = 'all'`;
    await transaction`
      insert into public.organizations (name) select 'Acme ' || i from generate_series(1, 10000) i`;
    await transaction`update public.organizations set name = name || '!'`;
    return transaction`
      select funcname, calls::int from pg_stat_xact_user_functions
      where schemaname = 'stripe_sync' and funcname in ('organizations_inserted', 'organizations_updated')
      order by 1`;
  });
  expect(calls).toEqual([
    { funcname: "organizations_inserted", calls: 1 },
    { funcname: "organizations_updated", calls: 1 },
  ]);

  await database.sql`select stripe_sync.configure('{"pace_per_second": 1000000}')`;
  const jobs = jobFunctions(database);
  const claimed: string[] = [];
  for (let pull = 0; pull < 150 && claimed.length < 10_000; pull += 1) {
    const { jobs: leased } = await jobs.claim(null, { how_many: 100 });
    claimed.push(...leased.map(({ organization_id }) => organization_id));
  }
  expect(claimed).toHaveLength(10_000);
  expect(new Set(claimed).size).toBe(10_000);
});

describe("whatever somebody typed at sign-up", () => {
  test.each<[string, unknown]>([
    ["nothing", null],
    ["a number", 5],
    ["a list", [1, 2]],
    ["text", "hello"],
    ["a JSON string of an object", JSON.stringify({ organization: "Acme" })],
    ["a JSON string of a list", "[1]"],
    ["a broken JSON string", '{"organization":'],
    ["values of other types", { organization: { a: [1] }, industry: 5, region: null, name: false }],
    ["control characters and emoji", { organization: "A\u0001\n\u007f\u0085B😀", name: "\t " }],
    [
      "brackets and quotes",
      { organization: "metadata[organization_id]='x\"; drop table", name: "]" },
    ],
    ["very long values", { organization: "ä".repeat(100_000), name: "😀".repeat(100_000) }],
    ["our own keys", { organization_id: "x", environment: "production", user_id: "y" }],
  ])("%s, the sign-up and the claim succeed", async (_, metadata) => {
    const organization = await database.signUp(metadata);
    const { request } = await jobFunctions(database).take(organization);
    const { environment, organization_id, ...others } = request.metadata;
    expect({ environment, organization_id }).toEqual({
      environment: "testing",
      organization_id: organization,
    });
    for (const value of [request.name ?? "name", ...Object.values(others)]) {
      expect(value).toMatch(/^[^\p{Cc}]+$/u);
      expect(value.length).toBeLessThanOrEqual(500);
      expect(value.isWellFormed()).toBe(true);
    }
    expect((request.name ?? "").length).toBeLessThanOrEqual(256);
  });
});
