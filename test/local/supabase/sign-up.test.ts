import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  client,
  PASSWORD,
  signUp,
  startTestSupabase,
  type TestSupabase,
} from "./start-test-supabase.ts";

let supabase: TestSupabase;
beforeAll(async () => {
  supabase = await startTestSupabase();
});
afterAll(() => supabase.stop());

describe("a sign-up by supabase-js", () => {
  test("makes the organization from what the person typed", async () => {
    const { userId } = await signUp(supabase.project, "ada@example.com", {
      name: "Ada Example",
      organization: "Engines Ltd",
      industry: "computing",
      region: "eu-west",
    });
    const [row] = await supabase.project.sql`
      select o.name, o.industry, o.region, u.email, jsonb_typeof(u.raw_user_meta_data) as typed
      from public.organizations o join auth.users u on u.id = o.owner_id where u.id = ${userId}`;
    expect(row).toEqual({
      name: "Engines Ltd",
      industry: "computing",
      region: "eu-west",
      email: "ada@example.com",
      typed: "object",
    });
  });

  test("opens a session, and the password opens another", async () => {
    await signUp(supabase.project, "bo@example.com");
    const signedIn = await client(supabase.project).auth.signInWithPassword({
      email: "bo@example.com",
      password: PASSWORD,
    });
    expect(signedIn.error).toBeNull();
    expect(signedIn.data.session?.user.email).toBe("bo@example.com");
    const refused = await client(supabase.project).auth.signInWithPassword({
      email: "bo@example.com",
      password: "another-password",
    });
    expect(refused.error?.status).toBe(400);
  });

  test("is refused the second time", async () => {
    await signUp(supabase.project, "cy@example.com");
    const again = await client(supabase.project).auth.signUp({
      email: "cy@example.com",
      password: PASSWORD,
    });
    expect(again.error?.status).toBe(422);
  });

  test("fails and leaves nobody behind when a trigger raises", async () => {
    const { sql } = supabase.project;
    await sql.unsafe(`
      create function public.refuse() returns trigger language plpgsql as
        $$ begin raise exception 'refused'; end $$;
      create trigger refuse after insert on auth.users for each row execute function public.refuse()`);
    const answer = await client(supabase.project).auth.signUp({
      email: "di@example.com",
      password: PASSWORD,
    });
    await sql`drop function public.refuse() cascade`;
    expect(answer.error?.status).toBe(500);
    expect(await sql`select from auth.users where email = 'di@example.com'`).toHaveLength(0);
  });
});

test("a person reads the own organization through REST and no other", async () => {
  const { browser } = await signUp(supabase.project, "ed@example.com", { organization: "Ed's" });
  await signUp(supabase.project, "flo@example.com", { organization: "Flo's" });
  const own = await browser.from("organizations").select("name");
  expect(own.data).toEqual([{ name: "Ed's" }]);
  const strangers = await client(supabase.project).from("organizations").select("name");
  expect(strangers.data ?? []).toEqual([]);
});

test("neither a failed query nor its values are printed", async () => {
  const printed: unknown[] = [];
  const { error, log } = console;
  console.error = console.log = (...args) => printed.push(args);
  try {
    const answer = await client(supabase.project, supabase.project.secretKey)
      .from("organizations")
      .insert({ id: "not-a-uuid-secret@example.com" });
    expect(answer.error?.code).toBe("22P02");
  } finally {
    Object.assign(console, { error, log });
  }
  expect(printed).toEqual([]);
});
