import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { HOUR, type JobFunctions, jobFunctions } from "./job-functions.ts";
import { type DatabaseServer, shareDatabaseServer, type TestDatabase } from "./test-database.ts";

let server: DatabaseServer;
let database: TestDatabase;
let jobs: JobFunctions;
let organization: string;
beforeAll(async () => {
  server = await shareDatabaseServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  database = await server.createDatabase();
  jobs = jobFunctions(database);
  organization = await database.signUp(
    { name: "Ada", organization: "Acme", industry: "energy", region: "eu" },
    "ada@example.com",
  );
  await jobs.link(organization, "cus_1");
  await jobs.refillPace();
});

describe("a change that Stripe would see makes an update", () => {
  test.each([
    ["name", "name = 'Other'", { organization: "Other" }],
    ["industry", "industry = 'water'", { industry: "water" }],
    ["region", "region = 'us'", { region: "us" }],
    ["nothing where there was something", "name = null", { organization: "" }],
    ["nobody for the owner", "owner_id = null", { user_id: "" }],
  ])("of an organization: %s", async (_, assignment, metadata) => {
    await database.sql.unsafe(`update public.organizations set ${assignment}`);
    const [job] = (await jobs.claim(null)).jobs;
    expect(job).toMatchObject({
      action: "update",
      customer_id: "cus_1",
      revision: 2,
      idempotency_key: `organization:${organization}:r2`,
      request: { metadata },
    });
  });

  test.each([
    ["e-mail address", "email = 'new@example.com'", { email: "new@example.com" }],
    ["name", `raw_user_meta_data = '{"name":"Grace"}'`, { name: "Grace" }],
    [
      "name in a JSON string",
      `raw_user_meta_data = to_jsonb('{"name":"Grace"}'::text)`,
      { name: "Grace" },
    ],
  ])("of its owner: %s", async (_, assignment, request) => {
    await database.as("supabase_auth_admin").unsafe(`update auth.users set ${assignment}`);
    const [job] = (await jobs.claim(null)).jobs;
    expect(job).toMatchObject({ action: "update", request });
  });

  test("when the owner was deleted, and Stripe keeps the last address", async () => {
    await database.as("supabase_auth_admin").unsafe("delete from auth.users");
    const [job] = (await jobs.claim(null)).jobs;
    expect(job?.request).toMatchObject({ name: "Acme", email: null, metadata: { user_id: "" } });
  });
});

describe("a change that Stripe would not see makes none", () => {
  test.each([
    ["public.organizations", "created_at = now()"],
    ["public.organizations", "name = name, industry = industry"],
    ["auth.users", "last_sign_in_at = now()"],
    ["auth.users", `raw_user_meta_data = raw_user_meta_data || '{"theme":"dark"}'`],
  ])("%s: %s", async (table, assignment) => {
    await database.as("supabase_admin").unsafe(`update ${table} set ${assignment}`);
    expect((await jobs.claim(null)).jobs).toEqual([]);
    expect((await database.job(organization)).revision).toBe(1);
  });
});

test("many changes between two attempts are one update", async () => {
  for (const name of ["A", "B", "C"]) {
    await database.sql`update public.organizations set name = ${name}`;
  }
  const job = await jobs.take(organization);
  expect(job.request.metadata.organization).toBe("C");
  expect(await jobs.complete(job, "cus_1")).toMatchObject({ outcome: "linked" });
});

test("a change while an update fails is sent in its place, under its own key", async () => {
  await database.sql`update public.organizations set name = 'First'`;
  const first = await jobs.take(organization);
  await jobs.fail(first, "retry");
  await database.sql`update public.organizations set name = 'Second'`;
  await jobs.letPass(organization, 5);
  const second = await jobs.take(organization);
  expect(second.request.metadata.organization).toBe("Second");
  expect(second.idempotency_key).not.toBe(first.idempotency_key);
});

test("changes that were undone by their transaction are none", async () => {
  await database.sql
    .begin(async (transaction) => {
      await transaction`update public.organizations set name = 'Other'`;
      throw new Error("rolled back");
    })
    .catch(() => undefined);
  expect((await jobs.claim(null)).jobs).toEqual([]);
});

describe("a customer's id that somebody took out of the row", () => {
  test("is looked for in Stripe before another customer is made", async () => {
    await database.sql`update public.organizations set stripe_customer_id = null`;
    const job = await jobs.take(organization);
    expect(job).toMatchObject({ action: "reconcile", revision: 0 });
    // The list reaches back behind the creation, because search may not show it yet.
    expect(Date.parse(job.first_attempt_at ?? "")).toBeLessThan(Date.now() - 10);
    await jobs.complete(job, "cus_1");
    expect(await jobs.customerOf(organization)).toBe("cus_1");
  });

  test("is looked for in a list of two hours when it was linked long ago", async () => {
    await jobs.letPass(organization, 1000 * HOUR);
    await database.sql`update public.organizations set stripe_customer_id = null`;
    const { first_attempt_at } = await jobs.take(organization);
    const hours = (Date.now() - Date.parse(first_attempt_at ?? "")) / 3_600_000;
    expect(hours).toBeGreaterThan(1.99);
    expect(hours).toBeLessThan(2.1);
  });

  test("or replaced: the other customer is brought up to date", async () => {
    await database.sql`update public.organizations set stripe_customer_id = 'cus_2'`;
    expect(await jobs.take(organization)).toMatchObject({
      action: "update",
      customer_id: "cus_2",
    });
  });
});

describe("a deleted organization", () => {
  test("leaves its job for the audit", async () => {
    await database.sql`delete from public.organizations`;
    expect((await jobs.claim(null)).jobs).toEqual([]);
    expect(await database.job(organization)).toMatchObject({ state: "orphaned" });
    expect(await jobs.health()).toMatchObject({ jobs: { orphaned: 1 } });
  });

  test.each(["before", "after"])(
    "that comes back %s the next pull is found again",
    async (when) => {
      await database.sql`create table public.kept as select * from public.organizations`;
      await database.sql`delete from public.organizations`;
      if (when === "after") await jobs.claim(null);
      await database.sql`insert into public.organizations select * from public.kept`;
      await database.sql`update public.organizations set stripe_customer_id = null`;
      const [job] = (await jobs.claim(null)).jobs;
      expect(job).toMatchObject({ organization_id: organization, action: "reconcile" });
    },
  );

  test("that comes back with its customer is linked", async () => {
    await database.sql`create table public.kept as select * from public.organizations`;
    await database.sql`delete from public.organizations`;
    await jobs.claim(null);
    await database.sql`insert into public.organizations select * from public.kept`;
    await jobs.link(organization, "cus_1");
    expect(await database.job(organization)).toMatchObject({ state: "linked" });
    expect((await jobs.claim(null)).jobs).toEqual([]);
  });
});
