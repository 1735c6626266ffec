import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  client,
  eventually,
  signToken,
  signUp,
  startTestSupabase,
  type TestSupabase,
} from "./start-test-supabase.ts";

let supabase: TestSupabase;
beforeAll(async () => {
  supabase = await startTestSupabase();
  await supabase.project.sql.unsafe(`
    create role stripe_sync_worker nologin noinherit;
    grant stripe_sync_worker to authenticator;
    grant usage on schema public to stripe_sync_worker;
    create function public.who(greeting text default 'hello') returns jsonb language sql as
      $$ select jsonb_build_object('role', current_user, 'greeting', greeting) $$;
    revoke execute on function public.who from public, anon, authenticated;
    grant execute on function public.who to stripe_sync_worker, service_role;
    create table public.closed (id int);
    revoke all on public.closed from anon, authenticated`);
});
afterAll(() => supabase.stop());

describe("a function granted to the Worker's role", () => {
  test("is called with the Worker's key and named arguments", async () => {
    const { project } = supabase;
    const worker = client(project, project.publishableKey, project.workerKey);
    const answer = await worker.rpc("who", { greeting: "good day" });
    expect(answer.data).toEqual({ role: "stripe_sync_worker", greeting: "good day" });
    expect((await worker.rpc("who")).data).toMatchObject({ greeting: "hello" });
  });

  test("is called with the secret key as service_role", async () => {
    const answer = await client(supabase.project, supabase.project.secretKey).rpc("who");
    expect(answer.data).toMatchObject({ role: "service_role" });
  });

  test("is closed to anon", async () => {
    const answer = await client(supabase.project).rpc("who");
    expect([401, 403, 404]).toContain(answer.status);
    expect(answer.data).toBeNull();
  });

  test("is closed to a person who signed in", async () => {
    const { browser } = await signUp(supabase.project, "mallory@example.com");
    const answer = await browser.rpc("who");
    expect([403, 404]).toContain(answer.status);
    expect(answer.data).toBeNull();
  });
});

describe("a token", () => {
  test.each([
    ["of the role postgres", () => signToken({ role: "postgres" })],
    ["of the role supabase_admin", () => signToken({ role: "supabase_admin" })],
    ["of a role that does not exist", () => signToken({ role: "nobody_at_all" })],
    [
      "signed with another secret",
      () => signToken({ role: "stripe_sync_worker" }, { secret: "x".repeat(40) }),
    ],
    ["that expired", () => signToken({ role: "stripe_sync_worker" }, { expiresAt: 1_700_000_000 })],
    ["that is none", async () => "not.a.token"],
  ])("%s opens nothing", async (_what, token) => {
    const { project } = supabase;
    const answer = await client(project, project.publishableKey, await token()).rpc("who");
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.data).toBeNull();
  });
});

test("a request without a key of the project is refused", async () => {
  const { project } = supabase;
  const rest = `${project.url}/rest/v1/organizations`;
  expect((await fetch(rest)).status).toBe(401);
  expect((await fetch(rest, { headers: { apikey: "sb_publishable_wrong" } })).status).toBe(401);
  expect((await fetch(rest, { headers: { apikey: project.publishableKey } })).status).toBeLessThan(
    500,
  );
});

test("a table is closed to anon until it is granted", async () => {
  const { project } = supabase;
  expect((await client(project).from("closed").select()).error?.code).toBe("42501");
});

test("a function is callable as soon as it is created, and gone as soon as it is dropped", async () => {
  const { project } = supabase;
  const worker = client(project, project.publishableKey, project.workerKey);
  expect((await worker.rpc("late")).error?.code).toBe("PGRST202");
  await project.sql.unsafe(`
    create function public.late() returns int language sql as $$ select 1 $$;
    grant execute on function public.late to stripe_sync_worker`);
  const once = (seen: unknown) => (seen ? true : undefined);
  await eventually(async () => once((await worker.rpc("late")).data === 1), 1_000);
  await project.sql`drop function public.late()`;
  await eventually(async () => once((await worker.rpc("late")).error?.code === "PGRST202"), 1_000);
});

test("serving requests changes no grant", async () => {
  const { project } = supabase;
  const grants = () => project.sql`
    select n.nspname, c.relname, c.relacl::text from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'v', 'S') and n.nspname not in ('pg_toast', 'pg_catalog') order by 1, 2`;
  await project.sql.unsafe(`
    create schema own; create table own.rows (id int); alter table own.rows enable row level security`);
  const before = await grants();
  await client(project).from("organizations").select();
  await client(project, project.publishableKey, project.workerKey).rpc("who");
  expect(await grants()).toEqual(before);
});
