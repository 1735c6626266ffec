import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { configureScript, scripts } from "../../../database/index.ts";
import {
  client,
  manage,
  sandbox,
  startTestSupabase,
  type TestSupabase,
} from "./start-test-supabase.ts";

const allowed = [
  "stripe_sync_alerted",
  "stripe_sync_claim",
  "stripe_sync_complete",
  "stripe_sync_customer_event",
  "stripe_sync_due_alerts",
  "stripe_sync_fail",
  "stripe_sync_health",
  "stripe_sync_renew",
];

interface Place {
  readonly schema: string;
  readonly name: string;
}
interface Relation extends Place {
  /** Its first. */
  readonly column: string;
}
interface Routine extends Place {
  readonly arguments: readonly string[];
  /** A call with nothing but nulls. */
  readonly call: string;
}

let supabase: TestSupabase;
let relations: readonly Relation[];
let routines: readonly Routine[];

// A whole project: Auth, Vault, pg_net and the stock webhooks, the application, the sync.
beforeAll(async () => {
  supabase = await startTestSupabase();
  await manage(supabase.cloud, "POST", `/${sandbox.ref}/database/webhooks/enable`);
  const { sql } = supabase.project;
  await sql.begin(async (transaction) => {
    for (const script of scripts) await transaction.unsafe(script.sql);
    const settings = { environment: "testing", pace_per_second: 20 };
    await transaction.unsafe(configureScript(settings).sql);
  });
  const { userId } = await client(supabase.project)
    .auth.signUp({ email: "ada@example.com", password: "fake-password-of-a-test" })
    .then(({ data }) => ({ userId: data.user?.id }));
  expect(userId).toBeDefined();
  relations = await sql<Relation[]>`
    select n.nspname as schema, c.relname as name, (
      select attname from pg_attribute where attrelid = c.oid and attnum > 0 order by attnum limit 1
    ) as column
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'v', 'm', 'p', 'f', 'S') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
    order by 1, 2`;
  routines = await sql<Routine[]>`
    select n.nspname as schema, p.proname as name,
      coalesce(p.proargnames[1:p.pronargs], '{}') as arguments,
      format('select %I.%I(%s)', n.nspname, p.proname, (
        select string_agg('null::' || format_type(t, null), ', ' order by i)
        from unnest(p.proargtypes) with ordinality as a (t, i)
      )) as call
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname not in ('pg_catalog', 'information_schema') and p.prokind in ('f', 'p')
      and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
    order by 1, 2`;
});
afterAll(() => supabase?.stop());

/** A request of the Worker's token to the REST interface, asking for a schema as clients do. */
async function ask(method: string, path: string, schema: string, body?: unknown) {
  const { project } = supabase;
  const response = await fetch(`${project.url}/rest/v1/${path}`, {
    method,
    headers: {
      apikey: project.publishableKey,
      authorization: `Bearer ${project.workerKey}`,
      "content-type": "application/json",
      "accept-profile": schema,
      "content-profile": schema,
      prefer: "return=representation",
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text() };
}

/** Runs a statement as the Worker's role, as if its token reached SQL; the refusal's code. */
async function refusalOf(statement: string): Promise<string | undefined> {
  return supabase.project.sql
    .begin(async (transaction) => {
      await transaction.unsafe("set local role stripe_sync_worker");
      await transaction.unsafe(statement);
      throw Object.assign(new Error("rolled back"), { code: "done" });
    })
    .catch((error: { code?: string }) => (error.code === "done" ? undefined : error.code));
}

test("the project has what is to be kept from the Worker", () => {
  const schemas = new Set([...relations, ...routines].map(({ schema }) => schema));
  expect([...schemas]).toEqual(
    expect.arrayContaining([
      "auth",
      "extensions",
      "net",
      "public",
      "stripe_sync",
      "supabase_functions",
      "vault",
    ]),
  );
  expect(relations.length).toBeGreaterThan(20);
  expect(routines.length).toBeGreaterThan(80);
});

// Meant to fail with `grant select on public.organizations to stripe_sync_worker`, and with a
// function of stripe_sync, or one in public, that 180-grants.sql does not close.
describe("over REST the Worker's token", () => {
  test("reads and writes no table, view or sequence of any schema", async () => {
    for (const { schema, name, column } of relations) {
      const row = { [column]: null };
      const answers = [
        await ask("GET", `${name}?limit=1`, schema),
        await ask("POST", name, schema, row),
        await ask("PATCH", `${name}?${column}=is.null`, schema, row),
        await ask("DELETE", `${name}?${column}=is.null`, schema),
      ];
      for (const { status, text } of answers) {
        expect([401, 403, 404, 406], `${schema}.${name}: ${text}`).toContain(status);
        expect(text).not.toContain("ada@");
      }
    }
  });

  test("calls the functions of the sync and no other one of any schema", async () => {
    const called: string[] = [];
    for (const { schema, name, arguments: names } of routines) {
      const nothing = Object.fromEntries(names.map((argument) => [argument, null]));
      const { status } = await ask("POST", `rpc/${name}`, schema, nothing);
      if (![401, 403, 404, 406].includes(status)) called.push(`${schema}.${name}`);
    }
    expect([...new Set(called)]).toEqual(allowed.map((name) => `public.${name}`));
  });
});

describe("in SQL, which it cannot reach, the Worker's role", () => {
  test("calls the functions of the sync; of the others only pg_net's, which are open to everybody", async () => {
    const called: string[] = [];
    for (const { schema, name, call } of routines) {
      if ((await refusalOf(call)) !== "42501") called.push(`${schema}.${name}`);
    }
    const ours = called.filter((name) => !name.startsWith("net."));
    expect([...new Set(ours)]).toEqual(allowed.map((name) => `public.${name}`));
  });

  test("reads no relation; pg_net's alone are open to everybody", async () => {
    const read: string[] = [];
    for (const { schema, name } of relations) {
      if ((await refusalOf(`select * from "${schema}"."${name}"`)) !== "42501") {
        read.push(`${schema}.${name}`);
      }
    }
    expect(read.filter((name) => !name.startsWith("net."))).toEqual([]);
  });

  test("makes nothing of its own, in any schema", async () => {
    const schemas = new Set(relations.map(({ schema }) => schema));
    for (const schema of schemas) {
      expect(await refusalOf(`create table "${schema}".x ()`), schema).toBe("42501");
      expect(
        await refusalOf(`create function "${schema}".x() returns int language sql return 1`),
        schema,
      ).toBe("42501");
    }
    expect(await refusalOf("create schema x")).toBe("42501");
    expect(await refusalOf("create temporary table x ()")).toBeUndefined();
  });
});
