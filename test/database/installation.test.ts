import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { configureScript, scripts, uninstallSql } from "../../database/index.ts";
import { jobFunctions } from "./job-functions.ts";
import { type PostgresVersion, SUPERUSER } from "./postgres.ts";
import { type DatabaseServer, startDatabaseServer, type TestDatabase } from "./test-database.ts";

describe.each<PostgresVersion>([15, 18])("on PostgreSQL %i", (version) => {
  let server: DatabaseServer;
  beforeAll(async () => {
    server = await startDatabaseServer(version);
  });
  afterAll(() => server.stop());

  test("an organization goes from sign-up to its customer", async () => {
    const database = await server.createDatabase();
    const [row] =
      await database.sql`select current_setting('server_version_num')::int / 10000 as v`;
    expect(row?.v).toBe(version);
    const jobs = jobFunctions(database);
    // The bucket of a database that is a moment old has few tokens.
    await jobs.refillPace();
    const organization = await database.signUp({ organization: "Acme" });
    await jobs.fail(await jobs.take(organization), "ambiguous");
    await jobs.letPass(organization, 5);
    await jobs.complete(await jobs.renew(await jobs.take(organization)), "cus_1");
    await database.sql`update public.organizations set name = 'Other'`;
    await jobs.link(organization, "cus_1");
    expect(await database.job(organization)).toMatchObject({ state: "linked", generation: 2 });
  });

  test("installing again changes neither objects nor rows", async () => {
    const database = await server.createDatabase();
    const jobs = jobFunctions(database);
    const organization = await database.signUp();
    await jobs.take(organization);
    const before = [await objects(database), await database.job(organization)];
    await database.install();
    await database.install();
    expect([await objects(database), await database.job(organization)]).toEqual(before);
  });

  test("a disabled trigger, a changed function and a foreign grant are put right", async () => {
    const database = await server.createDatabase();
    const before = await objects(database);
    await database.sql.unsafe(`
      alter table public.organizations disable trigger stripe_sync_inserted;
      create or replace function public.stripe_sync_health() returns jsonb language sql as 'select null::jsonb';
      grant execute on function public.stripe_sync_health() to anon;
      grant usage on schema stripe_sync to anon;
      grant select on stripe_sync.jobs to anon`);
    await database.install();
    expect(await objects(database)).toEqual(before);
  });

  test("two installations at once wait for each other", async () => {
    const database = await server.createDatabase(false);
    await Promise.all([database.install(), database.install(), database.install()]);
    expect(await jobFunctions(database).health()).toMatchObject({ jobs: { due: 0 } });
  });

  test("the settings are kept where a stack says nothing, and quoted where it does", async () => {
    const database = await server.createDatabase(false);
    for (const { sql } of scripts) await database.sql.unsafe(sql);
    await database.sql.unsafe(configureScript({ environment: "it's", pace_per_second: 7 }).sql);
    await database.sql`select stripe_sync.configure('{"pace_per_second": 8}')`;
    const settings =
      await database.sql`select environment, pace_per_second from stripe_sync.settings`;
    expect(settings).toEqual([{ environment: "it's", pace_per_second: "8" }]);
  });

  test("uninstalling leaves the organizations and their customers' ids, and nothing else", async () => {
    const plain = await server.createDatabase(false);
    const database = await server.createDatabase();
    const organization = await database.signUp();
    await jobFunctions(database).link(organization, "cus_1");
    await database.uninstall();
    await database.uninstall();
    const left = (await objects(database)).filter((it) => !it.includes("stripe_customer_id"));
    expect(left).toEqual(await objects(plain));
    expect(await jobFunctions(database).customerOf(organization)).toBe("cus_1");
    await database.signUp();

    await database.install();
    await jobFunctions(database).claim(null);
    expect(await database.job(organization)).toMatchObject({ state: "linked" });
  });
});

describe("in a database that differs", () => {
  let server: DatabaseServer;
  beforeAll(async () => {
    server = await startDatabaseServer();
  });
  afterAll(() => server.stop());

  test("without Auth, organizations are linked with what their own row says", async () => {
    const database = await server.createDatabase(false);
    await database.as(SUPERUSER).unsafe("drop schema auth cascade");
    await database.install();
    const [row] = await database.sql`
      insert into public.organizations (name) values ('Acme') returning id`;
    const { request } = await jobFunctions(database).take(row?.id);
    expect(request).toMatchObject({ name: "Acme", email: null });
  });

  test("organizations with fewer columns are linked all the same", async () => {
    const database = await server.createDatabase(false);
    await database.sql`alter table public.organizations drop column industry, drop column region`;
    await database.install();
    const auth = database.as(SUPERUSER);
    await auth`alter table auth.users disable trigger on_auth_user_created`;
    const [person] = await auth`
      insert into auth.users (raw_user_meta_data) values ('{"industry": "energy"}') returning id`;
    const [row] = await database.sql`
      insert into public.organizations (name, owner_id) values ('Acme', ${person?.id}) returning id`;
    const { request } = await jobFunctions(database).take(row?.id);
    expect(request.metadata).toMatchObject({ organization: "Acme", industry: "energy" });
    expect(request.metadata).not.toHaveProperty("region");
  });

  test("an existing column and its unique index are taken as they are", async () => {
    const database = await server.createDatabase(false);
    await database.sql.unsafe(`
      alter table public.organizations add column stripe_customer_id varchar(64);
      create unique index by_customer on public.organizations (stripe_customer_id)`);
    await database.install();
    const indexes = await database.sql`
      select indexname from pg_indexes where tablename = 'organizations' and indexdef like '%customer_id)%'`;
    expect(indexes).toEqual([{ indexname: "by_customer" }]);
    await jobFunctions(database).link(await database.signUp(), "cus_1");
  });

  test("the application can go on changing its tables", async () => {
    const database = await server.createDatabase();
    await database.sql.unsafe(`
      alter table public.organizations alter column name type varchar(200);
      alter table public.organizations drop column region, add column plan text`);
    await database.as(SUPERUSER).unsafe(`
      alter table auth.users alter column email type text;
      alter table auth.users drop column last_sign_in_at`);
    const organization = await database.sql`
      insert into public.organizations (name) values ('Acme') returning id`;
    expect((await jobFunctions(database).take(organization[0]?.id)).action).toBe("create");
  });

  test("an owner who may not touch auth.users installs without its trigger", async () => {
    const database = await server.createDatabase(false);
    await database.as(SUPERUSER).unsafe("revoke trigger on auth.users from postgres");
    await database.install();
    const organization = await database.signUp({ name: "Ada" });
    expect((await jobFunctions(database).take(organization)).request.name).toBe("Ada");
  });
});

describe("on a server without Supabase's roles", () => {
  test("installs for its owner alone", async () => {
    const server = await startDatabaseServer();
    try {
      const database = await server.createDatabase(false);
      const superuser = database.as(SUPERUSER);
      for (const role of ["anon", "authenticated", "service_role", "authenticator"]) {
        await superuser.unsafe(`alter role ${role} rename to other_${role}`);
      }
      await superuser.begin(async (transaction) => {
        for (const { sql } of scripts) await transaction.unsafe(sql);
      });
      await superuser.begin(async (transaction) => {
        await transaction`set local role stripe_sync_worker`;
        const [row] = await transaction`select public.stripe_sync_claim() as answer`;
        expect(row?.answer).toEqual({ jobs: [], deferred: null, more: false, wait_ms: null });
      });
      await superuser.unsafe(uninstallSql);
      const roles = await superuser`select from pg_roles where rolname = 'stripe_sync_worker'`;
      expect(roles).toHaveLength(0);
    } finally {
      await server.stop();
    }
  });
});

test("the scripts name no folder of this machine", () => {
  const text = JSON.stringify([scripts, uninstallSql]);
  expect(scripts.length).toBeGreaterThan(10);
  expect(text).not.toContain(process.cwd());
  expect(scripts.map(({ name }) => name)).toEqual(scripts.map(({ name }) => name).toSorted());
});

/** Every object of the user's schemas with its definition and grants, as text. */
async function objects(database: TestDatabase): Promise<string[]> {
  const rows = await database.as(SUPERUSER)<{ object: string }[]>`
    with schemas as (
      select oid, nspname from pg_namespace
      where nspname !~ '^pg_' and nspname <> 'information_schema'
    )
    select 'schema ' || nspname || ' ' || coalesce(nspacl::text, '') as object
      from pg_namespace where oid in (select oid from schemas)
    union all
    select 'relation ' || c.oid::regclass || ' ' || c.relkind::text || coalesce(c.relacl::text, '')
        || case when c.relkind = 'v' then pg_get_viewdef(c.oid) else '' end
      from pg_class c where c.relnamespace in (select oid from schemas)
    union all
    select 'column ' || a.attrelid::regclass || '.' || a.attname || ' ' || a.atttypid::regtype
      from pg_attribute a join pg_class c on c.oid = a.attrelid
      where c.relnamespace in (select oid from schemas) and a.attnum > 0 and not a.attisdropped
    union all
    select 'constraint ' || conrelid::regclass || ' ' || pg_get_constraintdef(oid)
      from pg_constraint where connamespace in (select oid from schemas)
    union all
    select 'function ' || oid::regprocedure || ' ' || coalesce(proacl::text, '') || pg_get_functiondef(oid)
      from pg_proc where pronamespace in (select oid from schemas) and prokind = 'f'
    union all
    select 'trigger ' || pg_get_triggerdef(oid) || tgenabled::text
      from pg_trigger where not tgisinternal
    order by 1`;
  return rows.map(({ object }) => object);
}
