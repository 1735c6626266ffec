import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jobFunctions } from "./job-functions.ts";
import { SUPERUSER } from "./postgres.ts";
import { type DatabaseServer, shareDatabaseServer, type TestDatabase } from "./test-database.ts";

const workerFunctions = [
  "stripe_sync_alerted(uuid,boolean)",
  "stripe_sync_claim(uuid,integer,integer,text,text)",
  "stripe_sync_complete(uuid,uuid,text,integer)",
  "stripe_sync_customer_event(text,text,uuid)",
  "stripe_sync_due_alerts(integer,integer,integer,boolean)",
  "stripe_sync_fail(uuid,uuid,text,jsonb,integer)",
  "stripe_sync_health()",
  "stripe_sync_renew(uuid,uuid)",
];

let server: DatabaseServer;
let database: TestDatabase;
beforeAll(async () => {
  server = await shareDatabaseServer();
  database = await server.createDatabase();
  await database.signUp();
});
afterAll(() => server.stop());

/** Runs a statement as the REST interface would for a token of this role. */
const attempt = (role: string, statement: string) =>
  database.as("authenticator").begin(async (transaction) => {
    await transaction.unsafe(`set local role ${role}`);
    await transaction.unsafe(statement);
  });

const ourFunctions = () => database.as(SUPERUSER)<{ name: string; call: string }[]>`
  select p.oid::regprocedure::text as name, format('select %I.%I(%s)', n.nspname, p.proname,
    (select string_agg('null::' || format_type(t, null), ', ' order by i)
     from unnest(p.proargtypes) with ordinality as a (t, i))) as call
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where n.nspname = 'stripe_sync' or p.proname like 'stripe\\_sync\\_%'
  order by 1`;

describe.each([
  ["stripe_sync_worker", workerFunctions],
  ["service_role", workerFunctions],
  ["anon", []],
  ["authenticated", []],
])("as %s", (role, allowed) => {
  test(`of our functions ${allowed.length} may be called`, async () => {
    const functions = await ourFunctions();
    expect(functions.length).toBeGreaterThan(25);
    const callable: string[] = [];
    for (const { name, call } of functions) {
      const refusal = await attempt(role, call).then(
        () => undefined,
        (error: { code?: string }) => error.code,
      );
      if (refusal !== "42501") callable.push(name);
    }
    expect(callable).toEqual(allowed);
  });

  test("nothing of the sync schema can be read or written", async () => {
    const tables = await database.sql<{ name: string }[]>`
      select oid::regclass::text as name from pg_class
      where relnamespace = 'stripe_sync'::regnamespace and relkind in ('r', 'v', 'S')`;
    expect(tables.length).toBeGreaterThan(7);
    for (const { name } of tables) {
      for (const statement of [
        `select * from ${name}`,
        `insert into ${name} default values`,
        `update ${name} set only_row = true`,
        `delete from ${name}`,
        `truncate ${name}`,
      ]) {
        await expect(attempt(role, statement)).rejects.toThrow(/permission denied/);
      }
    }
    await expect(attempt(role, "create table stripe_sync.x ()")).rejects.toThrow(
      /permission denied/,
    );
  });
});

describe("the Worker's role", () => {
  test("reaches no table of any schema, the catalog's own excepted", async () => {
    const tables = await database.as(SUPERUSER)<{ name: string }[]>`
      select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and c.relkind in ('r', 'v', 'm', 'p')`;
    expect(tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["organizations", "auth.users", "stripe_sync.jobs"]),
    );
    for (const { name } of tables) {
      await expect(attempt("stripe_sync_worker", `table ${name}`)).rejects.toThrow(
        /permission denied/,
      );
    }
  });

  test("may call no function that runs with its owner's rights but ours", async () => {
    const functions = await database.as(SUPERUSER)<{ name: string }[]>`
      select oid::regprocedure::text as name from pg_proc
      where prosecdef and prorettype <> 'trigger'::regtype
        and has_function_privilege('stripe_sync_worker', oid, 'execute')
        and has_schema_privilege('stripe_sync_worker', pronamespace, 'usage')
      order by 1`;
    expect(functions.map(({ name }) => name)).toEqual(workerFunctions);
  });

  test("cannot log in, inherits nothing, and has no other role", async () => {
    const rows = await database.sql`
      select rolcanlogin, rolinherit, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls,
        (select count(*)::int from pg_auth_members where member = r.oid) as roles
      from pg_roles r where rolname = 'stripe_sync_worker'`;
    expect(rows).toEqual([
      {
        rolcanlogin: false,
        rolinherit: false,
        rolsuper: false,
        rolcreaterole: false,
        rolcreatedb: false,
        rolbypassrls: false,
        roles: 0,
      },
    ]);
  });

  test("gets out of a claim what Stripe is to be told, and no more", async () => {
    const { request } = await jobFunctions(database).take(await database.signUp());
    expect(Object.keys(request).sort()).toEqual(["email", "metadata", "name"]);
  });

  test("cannot lead a function astray by objects of its own", async () => {
    const functions = await database.as(SUPERUSER)<{ name: string }[]>`
      select oid::regprocedure::text as name from pg_proc
      where prosecdef and (pronamespace = 'stripe_sync'::regnamespace or proname like 'stripe\\_sync\\_%')
        and not coalesce(proconfig, '{}') @> array['search_path=""']`;
    expect(functions).toEqual([]);
  });
});
