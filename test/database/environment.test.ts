import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { configureScript } from "../../database/index.ts";
import { type JobFunctions, jobFunctions } from "./job-functions.ts";
import { type DatabaseServer, shareDatabaseServer, type TestDatabase } from "./test-database.ts";

// The template database is configured for the environment "testing".
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

const configure = (environment: string, pace_per_second = 20) =>
  database.sql.unsafe(configureScript({ environment, pace_per_second }).sql);
const settings = () =>
  database.sql`select environment, pace_per_second::int as pace from stripe_sync.settings`;

// Seen to fail without `is_foreign(wanted)` in stripe_sync.configure(): the second one takes over.
describe("a stack of another environment, pointed at this database", () => {
  test("is refused, told whose it is and what to do, and changes nothing", async () => {
    const refusal = await configure("production", 5).catch((error) => error);
    expect(refusal.message).toBe(
      'this database belongs to environment "testing"; environment "production" must not take it over',
    );
    expect(refusal.hint).toMatch(
      /Compare the stack's supabaseProjectRef\..* set environment = 'production'$/,
    );
    expect(await settings()).toEqual([{ environment: "testing", pace: 20 }]);
  });

  test("may have it once somebody has moved it there on purpose", async () => {
    await database.sql`update stripe_sync.settings set environment = 'production'`;
    await configure("production", 5);
    expect(await settings()).toEqual([{ environment: "production", pace: 5 }]);
  });
});

test("a stack may change its own settings as often as it likes", async () => {
  await configure("testing", 5);
  await database.sql`select stripe_sync.configure('{"pace_per_second": 6}')`;
  expect(await settings()).toEqual([{ environment: "testing", pace: 6 }]);
});

// Seen to fail without the first `if` of stripe_sync_claim().
test("a Worker of another environment gets no job, holds none up and is not counted", async () => {
  const organization = await database.signUp();
  const before = await database.job(organization);
  const answer = {
    jobs: [],
    deferred: { reason: "other_environment", environment: "testing" },
    more: false,
  };
  const foreign = { environment: "production", source: "cron" };
  expect(await jobs.claim(organization, foreign)).toEqual(answer);
  expect(await jobs.claim(null, foreign)).toEqual(answer);
  expect(await database.job(organization)).toEqual(before);
  expect(await jobs.health()).toMatchObject({ last_cron_at: null });
  const own = await jobs.claim(organization, { environment: "testing" });
  expect(own.jobs).toMatchObject([{ organization_id: organization }]);
});

test("a Worker from before it had to name its environment goes on working", async () => {
  const organization = await database.signUp();
  const args = { organization, how_many: 1, lease_seconds: 60, source: "webhook" };
  expect(await database.call("claim", args)).toMatchObject({
    jobs: [{ organization_id: organization }],
  });
});

test("a schema that no stack has configured serves whoever asks", async () => {
  await database.sql`update stripe_sync.settings set environment = 'unconfigured'`;
  const organization = await database.signUp();
  const { jobs: claimed } = await jobs.claim(organization, { environment: "production" });
  expect(claimed).toHaveLength(1);
});
