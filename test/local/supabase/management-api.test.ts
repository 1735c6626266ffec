import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  live,
  manage,
  query,
  sandbox,
  startTestSupabase,
  type TestSupabase,
} from "./start-test-supabase.ts";

let supabase: TestSupabase;
beforeAll(async () => {
  supabase = await startTestSupabase({ tenants: [sandbox, live] });
});
afterAll(() => supabase.stop());

describe("POST database/query", () => {
  test("answers 201 with the rows", async () => {
    const answer = await query(supabase.cloud, {
      query: "select 1 as one, 'two' as two, null as none",
    });
    expect(answer).toMatchObject({ status: 201, body: [{ one: 1, two: "two", none: null }] });
  });

  test("gives jsonb as JSON, and times and large numbers as JSON can hold them", async () => {
    const answer = await query(supabase.cloud, {
      query: `select '{"a":[1]}'::jsonb as j, 9007199254740993::bigint as big, count(*) as counted,
        '2026-01-02T03:04:05Z'::timestamptz as at from (values (1)) v`,
    });
    expect(answer.status).toBe(201);
    const [row] = answer.body as Record<string, unknown>[];
    expect(row?.j).toEqual({ a: [1] });
    expect(String(row?.counted)).toBe("1");
    expect(String(row?.at)).toContain("2026-01-02");
  });

  test("takes parameters, text and jsonb alike", async () => {
    const answer = await query(supabase.cloud, {
      query: "select $1::text as secret, $2::jsonb ->> 'a' as a, $3::int + 1 as next",
      parameters: ["o'clock; --", { a: "b" }, 41],
    });
    expect(answer).toMatchObject({
      status: 201,
      body: [{ secret: "o'clock; --", a: "b", next: 42 }],
    });
  });

  test("runs several statements without parameters, one with", async () => {
    const several = "create temp table t (id int); insert into t values (1); select id from t";
    expect((await query(supabase.cloud, { query: several })).status).toBe(201);
    const refused = await query(supabase.cloud, {
      query: "select $1; select 2",
      parameters: ["x"],
    });
    expect(refused.status).toBe(400);
  });

  test("answers 400 with the database's message, and nothing of the statement is kept", async () => {
    const answer = await query(supabase.cloud, {
      query: "create table public.half (id int); select * from missing_table",
    });
    expect(answer.status).toBe(400);
    expect((answer.body as { message: string }).message).toContain(
      'relation "missing_table" does not exist',
    );
    expect(await supabase.project.sql`select to_regclass('public.half') as t`).toEqual([
      { t: null },
    ]);
  });

  test("a transaction left open does not reach the next query", async () => {
    await query(supabase.cloud, { query: "begin; create table public.left_open (id int)" });
    await query(supabase.cloud, { query: "set role anon" });
    const answer = await query(supabase.cloud, {
      query: "select to_regclass('public.left_open') as t, current_user::text as role",
    });
    expect(answer.body).toEqual([{ t: null, role: "postgres" }]);
  });

  test.each([
    [{}],
    [{ query: 1 }],
    [{ query: "select 1", parameters: "x" }],
    ["text"],
    [undefined],
  ])("refuses the body %j", async (body) => {
    expect((await query(supabase.cloud, body)).status).toBe(400);
  });
});

describe("the read-only role", () => {
  const readOnly = (sql: string) =>
    manage(supabase.cloud, "POST", `/${sandbox.ref}/database/query/read-only`, {
      body: { query: sql },
    });

  test("reads", async () => {
    expect(await readOnly("select count(*)::int as n from public.organizations")).toMatchObject({
      status: 201,
      body: [{ n: expect.any(Number) }],
    });
  });

  test.each([
    "create table public.x (id int)",
    "insert into public.organizations default values",
    "set transaction read write; create table public.x (id int)",
    "reset role; set session characteristics as transaction read write; create table public.x (id int)",
  ])("does not write: %s", async (sql) => {
    expect((await readOnly(sql)).status).toBe(400);
    await query(supabase.cloud, { query: "drop table if exists public.x" });
  });

  test("is what read_only asks for, too", async () => {
    const answer = await query(supabase.cloud, {
      query: "create table public.x (id int)",
      read_only: true,
    });
    expect(answer.status).toBe(400);
  });

  test("does not decrypt Vault", async () => {
    await query(supabase.cloud, {
      query: "select vault.create_secret($1::text, $2::text)",
      parameters: ["fake-secret", "read_only_test"],
    });
    const answer = await readOnly("select decrypted_secret from vault.decrypted_secrets");
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).not.toContain("fake-secret");
  });
});

describe("an access token", () => {
  const look = (ref: string, token: string | null) =>
    manage(supabase.cloud, "GET", `/${ref}`, { token });

  test("is needed", async () => {
    expect((await look(sandbox.ref, null)).status).toBe(401);
    expect((await look(sandbox.ref, "sbp_fake_unknown")).status).toBe(401);
  });

  test("opens its own project, not another tenant's", async () => {
    expect(await look(sandbox.ref, sandbox.accessToken)).toMatchObject({
      status: 200,
      body: { id: sandbox.ref, status: "ACTIVE_HEALTHY" },
    });
    expect((await look(live.ref, sandbox.accessToken)).status).toBe(403);
    expect((await look("a".repeat(20), sandbox.accessToken)).status).toBe(404);
  });

  test("lists its own projects", async () => {
    const answer = await manage(supabase.cloud, "GET", "");
    expect((answer.body as { id: string }[]).map(({ id }) => id)).toEqual([sandbox.ref]);
  });
});

test("the keys are shown on request only", async () => {
  const keys = async (search: string) =>
    (await manage(supabase.cloud, "GET", `/${sandbox.ref}/api-keys${search}`)).body as {
      type: string;
      api_key: string;
    }[];
  const shown = await keys("?reveal=true");
  expect(shown.find(({ type }) => type === "publishable")?.api_key).toBe(
    supabase.project.publishableKey,
  );
  expect(shown.find(({ type }) => type === "secret")?.api_key).toBe(supabase.project.secretKey);
  expect(JSON.stringify(await keys(""))).not.toContain(supabase.project.secretKey);
});

test("webhooks are enabled as on a hosted project, twice without harm", async () => {
  const enable = () => manage(supabase.cloud, "POST", `/${sandbox.ref}/database/webhooks/enable`);
  expect((await enable()).status).toBe(201);
  expect((await enable()).status).toBe(201);
  const found = await query(supabase.cloud, {
    query: `select to_regprocedure('supabase_functions.http_request()') is not null as webhook,
      to_regclass('net.http_request_queue') is not null as net,
      (select count(*)::int from pg_extension where extname = 'pg_net') as extension`,
  });
  expect(found.body).toEqual([{ webhook: true, net: true, extension: 1 }]);
});

test("health names the services that were asked for", async () => {
  const answer = await manage(
    supabase.cloud,
    "GET",
    `/${sandbox.ref}/health?services=auth,db,rest`,
  );
  expect(answer.body).toEqual(
    ["auth", "db", "rest"].map((name) =>
      expect.objectContaining({ name, healthy: true, status: "ACTIVE_HEALTHY" }),
    ),
  );
});

test("a signing key is imported, listed, put out of use and deleted, and never shown", async () => {
  const path = `/${sandbox.ref}/config/auth/signing-keys`;
  const made = await manage(supabase.cloud, "POST", path, {
    body: { algorithm: "ES256", status: "standby" },
  });
  expect(made.status).toBe(201);
  const { id } = made.body as { id: string };
  expect(JSON.stringify(made.body)).not.toContain('"d"');
  const patched = await manage(supabase.cloud, "PATCH", `${path}/${id}`, {
    body: { status: "previously_used" },
  });
  expect(patched).toMatchObject({ status: 200, body: { id, status: "previously_used" } });
  const listed = (await manage(supabase.cloud, "GET", path)).body as { keys: { id: string }[] };
  expect(listed.keys.map((key) => key.id)).toContain(id);
  await manage(supabase.cloud, "PATCH", `${path}/${id}`, { body: { status: "revoked" } });
  expect((await manage(supabase.cloud, "DELETE", `${path}/${id}`)).status).toBe(200);
  const left = (await manage(supabase.cloud, "GET", path)).body as { keys: { id: string }[] };
  expect(left.keys.map((key) => key.id)).not.toContain(id);
});

test("every answer says how many calls are left", async () => {
  const { headers } = await query(supabase.cloud, { query: "select 1" });
  const left = () => Number(headers.get("x-ratelimit-remaining"));
  expect(Number(headers.get("x-ratelimit-limit"))).toBeGreaterThan(left());
  expect(Number(headers.get("x-ratelimit-reset"))).toBeGreaterThan(0);
});

test("an unknown route is 404", async () => {
  expect((await manage(supabase.cloud, "GET", `/${sandbox.ref}/nothing`)).status).toBe(404);
});
