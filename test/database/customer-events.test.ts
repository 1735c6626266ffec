import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type JobFunctions, jobFunctions } from "./job-functions.ts";
import { type DatabaseServer, shareDatabaseServer, type TestDatabase } from "./test-database.ts";

const unknown = "00000000-0000-4000-8000-000000000000";
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
const requeue = async (organization: string) => {
  const [row] = await database.sql<{ state: string }[]>`
    select stripe_sync.requeue(${organization}) as state`;
  return row?.state;
};

describe("a customer that was created", () => {
  test("says whether jobs are due, which the Worker then pulls", async () => {
    const organization = await database.signUp();
    const waiting = await database.signUp();
    expect(await jobs.event("cus_1", "created", organization)).toMatchObject({ backlog: true });
    await jobs.take(organization);
    await jobs.take(waiting);
    expect(await jobs.event("cus_1", "created", organization)).toMatchObject({ backlog: false });
  });

  test("is adopted when its creation was never answered, and gets the present data", async () => {
    const organization = await database.signUp();
    await jobs.fail(await jobs.take(organization), "ambiguous");
    expect(await jobs.event("cus_1", "created", organization)).toMatchObject({
      outcome: "adopted",
    });
    expect(await jobs.customerOf(organization)).toBe("cus_1");
    const job = await jobs.take(organization);
    expect(job).toMatchObject({ action: "update", customer_id: "cus_1" });
    await jobs.complete(job, "cus_1");
    expect(await jobs.event("cus_1", "created", organization)).toMatchObject({ outcome: "linked" });
    expect(await database.job(organization)).toMatchObject({ state: "linked" });
  });

  test("while a Worker has the job in hand is written down, and the Worker completes", async () => {
    const organization = await database.signUp();
    const job = await jobs.take(organization);
    expect(await jobs.event("cus_1", "created", organization)).toMatchObject({
      outcome: "linked",
    });
    expect((await database.job(organization)).state).toBe("leased");
    expect(await jobs.complete(job, "cus_1")).toMatchObject({ outcome: "linked" });
  });

  // Meant to fail without the second look at the row in adopt(): the Worker then asks Stripe once
  // more for each customer, and a burst runs into Stripe's limit.
  test("while its id is being written waits for that, and nobody has to ask Stripe again", async () => {
    const organization = await database.signUp();
    let told: ReturnType<JobFunctions["event"]> | undefined;
    await database.sql.begin(async (sql) => {
      await sql`update public.organizations set stripe_customer_id = 'cus_1' where id = ${organization}`;
      told = jobs.event("cus_1", "created", organization);
      await sleep(100);
    });
    expect(await told).toMatchObject({ outcome: "linked" });
  });

  test("for an organization with another one is a duplicate", async () => {
    const organization = await database.signUp();
    await jobs.link(organization, "cus_1");
    expect(await jobs.event("cus_2", "created", organization)).toMatchObject({
      outcome: "duplicate",
    });
    expect(await jobs.customerOf(organization)).toBe("cus_1");
    expect(await jobs.health()).toMatchObject({ duplicates: 1 });
    // The duplicate was removed in Stripe.
    await jobs.event("cus_2", "deleted", organization);
    expect(await jobs.health()).toMatchObject({ duplicates: 0 });
  });

  test("but stands in another organization's row is a duplicate", async () => {
    const [first, second] = [await database.signUp(), await database.signUp()];
    await jobs.link(first, "cus_1");
    expect(await jobs.event("cus_1", "created", second)).toMatchObject({ outcome: "duplicate" });
    expect(await jobs.customerOf(second)).toBeNull();
  });

  test("is none of ours without an organization, or with one that is not here", async () => {
    await database.signUp();
    expect(await jobs.event("cus_1", "created")).toMatchObject({ outcome: "ignored" });
    expect(await jobs.event("cus_1", "created", unknown)).toMatchObject({ outcome: "ignored" });
  });

  test("is adopted without any trigger having made a job", async () => {
    const organization = await database.signUp();
    await database.sql`delete from stripe_sync.jobs`;
    expect(await jobs.event("cus_1", "created", organization)).toMatchObject({
      outcome: "adopted",
    });
    expect(await database.job(organization)).toMatchObject({ state: "due" });
  });
});

describe("a customer that was deleted", () => {
  test("is reported and not made anew, whatever happens, until somebody requeues it", async () => {
    const organization = await database.signUp();
    await jobs.link(organization, "cus_1");
    expect(await jobs.event("cus_1", "deleted", organization)).toEqual({ outcome: "deleted" });
    await database.sql`update public.organizations set name = 'Other' where id = ${organization}`;
    expect((await jobs.claim(organization)).deferred).toMatchObject({
      reason: "dead",
      customer_id: "cus_1",
    });
    expect((await jobs.claim(null)).jobs).toEqual([]);
    expect(await jobs.health()).toMatchObject({ jobs: { dead: 1 }, customers_deleted: 1 });
    expect(await jobs.customerOf(organization)).toBe("cus_1");

    expect(await requeue(organization)).toBe("due");
    const job = await jobs.take(organization);
    expect(job).toMatchObject({ action: "create", generation: 2, customer_id: null });
    expect(job.request.metadata.organization).toBe("Other");
    expect(await jobs.complete(job, "cus_2")).toMatchObject({ outcome: "linked" });
    expect(await jobs.customerOf(organization)).toBe("cus_2");
    expect(await jobs.health()).toMatchObject({ customers_deleted: 0, duplicates: 0 });
  });

  test("is not reported again by a late event after it was replaced", async () => {
    const organization = await database.signUp();
    await jobs.link(organization, "cus_1");
    await jobs.event("cus_1", "deleted", organization);
    await requeue(organization);
    await jobs.event("cus_1", "deleted", organization);
    expect((await database.job(organization)).state).toBe("due");
    await jobs.link(organization, "cus_2");
    expect(await jobs.event("cus_1", "deleted", organization)).toEqual({ outcome: "ignored" });
    expect((await database.job(organization)).state).toBe("linked");
  });

  test("takes the job out of a Worker's hands", async () => {
    const organization = await database.signUp();
    await jobs.link(organization, "cus_1");
    await database.sql`update public.organizations set name = 'Other' where id = ${organization}`;
    const job = await jobs.take(organization);
    await jobs.event("cus_1", "deleted", organization);
    expect(await jobs.fail(job, "retry")).toMatchObject({ outcome: "lease_lost" });
    expect(await jobs.complete(job, "cus_1")).toMatchObject({ outcome: "lease_lost" });
    expect((await database.job(organization)).state).toBe("dead");
  });

  test("is reported without any trigger having made a job", async () => {
    const organization = await database.signUp();
    await jobs.link(organization, "cus_1");
    await database.sql`delete from stripe_sync.jobs`;
    await jobs.event("cus_1", "deleted");
    expect((await database.job(organization)).state).toBe("dead");
  });

  test("is told by the Worker whose update found it gone", async () => {
    const organization = await database.signUp();
    await jobs.link(organization, "cus_1");
    await database.sql`update public.organizations set name = 'Other' where id = ${organization}`;
    const { lease } = await jobs.take(organization);
    const error = { code: "customer_deleted", message: "" };
    await database.call("fail", { organization, lease, class: "permanent", error });
    await database.sql`update public.organizations set name = 'Third' where id = ${organization}`;
    expect((await jobs.claim(null)).jobs).toEqual([]);
    await requeue(organization);
    expect(await jobs.take(organization)).toMatchObject({ action: "create", generation: 2 });
  });
});

test("a customer that lost our metadata is due for an update at once", async () => {
  const organization = await database.signUp();
  await jobs.link(organization, "cus_1");
  expect(await jobs.event("cus_1", "updated")).toEqual({ outcome: "repair" });
  expect(await jobs.health()).toMatchObject({ jobs: { due: 1, linked: 0 } });
  const job = await jobs.take(organization);
  expect(job).toMatchObject({ action: "update", revision: 2 });
  expect(job.request.metadata.organization_id).toBe(organization);
});

test.each([
  ["cus_stranger", "updated"],
  ["cus_stranger", "deleted"],
  ["cus_1", "nonsense"],
  ["cus_1", null],
  ["not a customer", "created"],
  [null, "deleted"],
])("an event of customer %j, kind %j, changes nothing", async (customer, kind) => {
  const organization = await database.signUp();
  await jobs.link(organization, "cus_1");
  const before = await database.job(organization);
  const args = { customer, kind, organization };
  expect(await database.call("customer_event", args)).toEqual({ outcome: "ignored" });
  expect(await database.job(organization)).toEqual(before);
});

describe("requeue", () => {
  test("ends a wait", async () => {
    const organization = await database.signUp();
    await jobs.fail(await jobs.take(organization), "retry", 3000);
    expect(await requeue(organization)).toBe("due");
    expect((await jobs.take(organization)).action).toBe("create");
  });

  test("of a parked job still looks in Stripe first", async () => {
    const organization = await database.signUp();
    await jobs.fail(await jobs.take(organization), "ambiguous", 3000);
    expect(await requeue(organization)).toBe("parked");
    expect((await jobs.take(organization)).action).toBe("reconcile");
  });

  test("sends the refused data again under a new key", async () => {
    const organization = await database.signUp();
    await jobs.fail(await jobs.take(organization), "permanent");
    expect(await requeue(organization)).toBe("due");
    expect(await jobs.take(organization)).toMatchObject({ action: "create", generation: 2 });
  });

  test("leaves a linked job, one in hand and an unknown organization alone", async () => {
    const [linked, leased] = [await database.signUp(), await database.signUp()];
    await jobs.link(linked, "cus_1");
    await jobs.take(leased);
    expect(await requeue(linked)).toBe("linked");
    expect(await requeue(leased)).toBe("leased");
    expect(await requeue(unknown)).toBe("unknown_organization");
  });
});
