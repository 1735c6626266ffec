import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { HOUR, type JobFunctions, jobFunctions } from "./job-functions.ts";
import { type DatabaseServer, shareDatabaseServer, type TestDatabase } from "./test-database.ts";

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
const duplicates = () => database.sql`
  select organization_id, customer_id from stripe_sync.duplicates order by customer_id`;

describe("complete", () => {
  test("writes the customer's id into the row and ends the job", async () => {
    const organization = await database.signUp();
    const job = await jobs.take(organization);
    const answer = await jobs.complete(job, "cus_1");
    expect(answer).toEqual({ outcome: "linked", customer_id: "cus_1" });
    expect(await jobs.customerOf(organization)).toBe("cus_1");
    expect(await database.job(organization)).toMatchObject({
      state: "linked",
      synced_revision: 1,
      attempts: 0,
      lease_token: null,
      request: null,
      linked_at: expect.any(Date),
    });
    // The write-back is no change that Stripe would have to be told of.
    expect((await jobs.claim(null)).jobs).toEqual([]);
    expect((await database.job(organization)).revision).toBe(1);
  });

  test("leaves the job due when the organization changed during the work", async () => {
    const organization = await database.signUp();
    const job = await jobs.take(organization);
    await database.sql`update public.organizations set name = 'Other' where id = ${organization}`;
    await jobs.claim(null);
    expect(await jobs.complete(job, "cus_1")).toEqual({ outcome: "due", customer_id: "cus_1" });
    const update = await jobs.take(organization);
    expect(update).toMatchObject({ action: "update", revision: 2, customer_id: "cus_1" });
    expect(update.request.metadata.organization).toBe("Other");
    expect(await jobs.complete(update, "cus_1")).toMatchObject({ outcome: "linked" });
  });

  test("never writes over another id, and keeps the loser for the audit", async () => {
    const organization = await database.signUp();
    const job = await jobs.take(organization);
    await database.sql`
      update public.organizations set stripe_customer_id = 'cus_first' where id = ${organization}`;
    const answer = await jobs.complete(job, "cus_second");
    expect(answer).toEqual({ outcome: "duplicate", customer_id: "cus_first" });
    expect(await jobs.customerOf(organization)).toBe("cus_first");
    expect(await duplicates()).toEqual([
      { organization_id: organization, customer_id: "cus_second" },
    ]);
    // The winner has not got this request yet.
    expect(await jobs.take(organization)).toMatchObject({
      action: "update",
      customer_id: "cus_first",
    });
  });

  test("does not give one customer to two organizations", async () => {
    const [first, second] = [await database.signUp(), await database.signUp()];
    await jobs.link(first, "cus_1");
    const answer = await jobs.complete(await jobs.take(second), "cus_1");
    expect(answer).toEqual({ outcome: "duplicate", customer_id: null });
    expect(await jobs.customerOf(second)).toBeNull();
    expect(await database.job(second)).toMatchObject({
      state: "dead",
      last_error: { code: "customer_of_another_organization" },
    });
  });

  test("after the lease ended still keeps the customer, and the new holder gets the same", async () => {
    const organization = await database.signUp();
    const slow = await jobs.take(organization);
    await jobs.letPass(organization, 61);
    const quick = await jobs.take(organization);
    expect(await jobs.complete(slow, "cus_1")).toEqual({
      outcome: "lease_lost",
      customer_id: "cus_1",
    });
    expect(await database.job(organization)).toMatchObject({
      state: "leased",
      lease_token: quick.lease,
    });
    expect(await jobs.complete(quick, "cus_1")).toMatchObject({ outcome: "linked" });
  });

  test("after the lease ended names a second customer for the audit", async () => {
    const organization = await database.signUp();
    const slow = await jobs.take(organization);
    await jobs.letPass(organization, 61);
    await jobs.link(organization, "cus_1");
    expect(await jobs.complete(slow, "cus_2")).toEqual({
      outcome: "lease_lost",
      customer_id: "cus_1",
    });
    expect(await duplicates()).toHaveLength(1);
  });

  test("is the Worker's own when nobody took the job over, however late", async () => {
    const organization = await database.signUp();
    const job = await jobs.take(organization);
    await jobs.letPass(organization, 30 * HOUR);
    expect(await jobs.complete(job, "cus_1")).toMatchObject({ outcome: "linked" });
  });

  test("without a lease is nobody's, also when the job has none", async () => {
    const organization = await database.signUp();
    const answer = await database.call("complete", {
      organization,
      lease: null,
      customer: "cus_1",
      revision: 99,
    });
    expect(answer).toMatchObject({ outcome: "lease_lost" });
    expect(await database.job(organization)).toMatchObject({ state: "due", synced_revision: 0 });
  });

  test("believes no revision that there never was", async () => {
    const organization = await database.signUp();
    const job = await jobs.take(organization);
    await jobs.complete({ ...job, revision: 99 }, "cus_1");
    await database.sql`update public.organizations set name = 'Other' where id = ${organization}`;
    expect((await jobs.take(organization)).action).toBe("update");
  });

  test("for a deleted organization keeps the customer for the audit", async () => {
    const organization = await database.signUp();
    const job = await jobs.take(organization);
    await database.sql`delete from public.organizations where id = ${organization}`;
    expect(await jobs.complete(job, "cus_1")).toEqual({ outcome: "orphaned", customer_id: null });
    expect(await database.job(organization)).toMatchObject({ state: "orphaned" });
    expect(await duplicates()).toHaveLength(1);
  });

  test.each(["", "cus_", "acct_1", "cus_1; drop table x", null])(
    "refuses %j as a customer",
    async (customer) => {
      const organization = await database.signUp();
      const job = await jobs.take(organization);
      await expect(jobs.complete(job, customer as string)).rejects.toThrow("not the id");
      expect(await jobs.customerOf(organization)).toBeNull();
    },
  );
});

describe("fail", () => {
  test.each(["retry", "configuration"])(
    "%s waits longer each time, up to an hour, and never gives up",
    async (failureClass) => {
      const organization = await database.signUp();
      for (let attempt = 1; attempt <= 16; attempt += 1) {
        await database.sql`
        update stripe_sync.jobs set next_attempt_at = clock_timestamp()
        where organization_id = ${organization}`;
        await jobs.refillPace();
        const before = Date.now();
        const { outcome, next_attempt_at } = await jobs.fail(
          await jobs.take(organization),
          failureClass,
        );
        expect(outcome).toBe("due");
        const wait = (Date.parse(next_attempt_at ?? "") - before) / 1000;
        const longest = Math.min(2 ** attempt, HOUR);
        expect(wait).toBeGreaterThanOrEqual(longest / 2 - 0.1);
        expect(wait).toBeLessThan(longest + 2);
      }
    },
  );

  test("waits as long as Stripe asks, if that is longer, but not for ever", async () => {
    const organization = await database.signUp();
    const first = await jobs.fail(await jobs.take(organization), "retry", 300);
    expect(Date.parse(first.next_attempt_at ?? "") - Date.now()).toBeGreaterThan(295_000);
    await jobs.letPass(organization, 301);
    const second = await jobs.fail(await jobs.take(organization), "retry", 2_000_000_000);
    expect(Date.parse(second.next_attempt_at ?? "") - Date.now()).toBeLessThan(25 * HOUR * 1000);
  });

  test("ambiguous parks a create, which then looks in Stripe first", async () => {
    const organization = await database.signUp();
    expect(await jobs.fail(await jobs.take(organization), "ambiguous")).toMatchObject({
      outcome: "parked",
    });
    expect((await jobs.claim(organization)).deferred?.reason).toBe("backoff");
    await jobs.letPass(organization, 5);
    const job = await jobs.take(organization);
    expect(job).toMatchObject({ action: "reconcile", revision: 0 });
    // A customer that was found may have older data.
    expect(await jobs.complete(job, "cus_found")).toMatchObject({ outcome: "due" });
    expect((await jobs.take(organization)).action).toBe("update");
  });

  test("ambiguous repeats an update under another key", async () => {
    const organization = await database.signUp();
    await jobs.link(organization, "cus_1");
    await database.sql`update public.organizations set name = 'Other' where id = ${organization}`;
    const first = await jobs.take(organization);
    expect(await jobs.fail(first, "ambiguous")).toMatchObject({ outcome: "due" });
    await jobs.letPass(organization, 5);
    const second = await jobs.take(organization);
    expect(second).toMatchObject({ action: "update", request: first.request });
    expect(second.idempotency_key).not.toBe(first.idempotency_key);
    expect(await jobs.complete(second, "cus_1")).toMatchObject({ outcome: "linked" });
  });

  test("permanent keeps the job with its reason until the organization changes", async () => {
    const organization = await database.signUp();
    expect(await jobs.fail(await jobs.take(organization), "permanent")).toEqual({
      outcome: "dead",
      next_attempt_at: null,
    });
    // Shorter than a key lives: after that Stripe is asked first in any case.
    await jobs.letPass(organization, 10 * HOUR);
    expect((await jobs.claim(null)).jobs).toEqual([]);
    expect((await database.job(organization)).last_error).toMatchObject({
      class: "permanent",
      code: "example_code",
      message: "An example.",
    });

    await database.sql`update public.organizations set name = 'Other' where id = ${organization}`;
    const job = await jobs.take(organization);
    expect(job).toMatchObject({ action: "create", generation: 2, attempt: 1 });
    expect(job.request.metadata.organization).toBe("Other");
  });

  test("permanent after an unclear attempt looks in Stripe before a new request", async () => {
    const organization = await database.signUp();
    await jobs.fail(await jobs.take(organization), "retry");
    await jobs.letPass(organization, 5);
    await jobs.fail(await jobs.take(organization), "permanent");
    await database.sql`update public.organizations set name = 'Other' where id = ${organization}`;
    expect((await jobs.take(organization)).action).toBe("reconcile");
  });

  test("of another lease, of none, or of no job at all changes nothing", async () => {
    const organization = await database.signUp();
    const job = await jobs.take(organization);
    const before = await database.job(organization);
    const lease = "00000000-0000-4000-8000-000000000000";
    expect(await jobs.fail({ ...job, lease }, "permanent")).toMatchObject({
      outcome: "lease_lost",
    });
    expect(await jobs.fail({ ...job, organization_id: lease }, "permanent")).toMatchObject({
      outcome: "lease_lost",
    });
    expect(await database.job(organization)).toEqual(before);
  });

  test("of an unknown class, with an odd error, is one to retry", async () => {
    const organization = await database.signUp();
    const { lease } = await jobs.take(organization);
    const error = [{ code: "x".repeat(5000) }];
    const args = { organization, lease, class: "nonsense", error };
    expect(await database.call("fail", args)).toMatchObject({ outcome: "due" });
    expect((await database.job(organization)).last_error).toMatchObject({
      class: "retry",
      code: null,
    });
  });
});

describe("renew", () => {
  async function reconcileJob(organization: string) {
    await jobs.fail(await jobs.take(organization), "ambiguous");
    await jobs.letPass(organization, 5);
    return jobs.take(organization);
  }

  test("begins the next generation with another key and the present data", async () => {
    const organization = await database.signUp({ organization: "Acme" });
    const reconcile = await reconcileJob(organization);
    await database.sql`update public.organizations set name = 'Other' where id = ${organization}`;
    const job = await jobs.renew(reconcile);
    expect(job).toMatchObject({
      action: "create",
      generation: 2,
      idempotency_key: `organization:${organization}:g2`,
      lease: reconcile.lease,
      request: { metadata: { organization: "Other" } },
    });
    expect(Date.now() - Date.parse(job.first_attempt_at ?? "")).toBeLessThan(10_000);
    await jobs.complete(job, "cus_1");
    expect(await jobs.customerOf(organization)).toBe("cus_1");
  });

  test("freezes the new generation: the next attempt is a create with the same body", async () => {
    const organization = await database.signUp();
    const job = await jobs.renew(await reconcileJob(organization));
    await jobs.fail(job, "retry");
    await jobs.letPass(organization, 5);
    expect(await jobs.take(organization)).toMatchObject({
      action: "create",
      idempotency_key: job.idempotency_key,
      request: job.request,
    });
  });

  test("is refused to a lease that ended and was given to another", async () => {
    const organization = await database.signUp();
    const slow = await reconcileJob(organization);
    await jobs.letPass(organization, 61);
    await jobs.refillPace();
    await jobs.take(organization);
    expect(await jobs.renew(slow)).toEqual({ outcome: "lease_lost" });
  });

  test("is refused when the customer turned up meanwhile", async () => {
    const organization = await database.signUp();
    const job = await reconcileJob(organization);
    await jobs.event("cus_late", "created", organization);
    expect(await jobs.renew(job)).toEqual({ outcome: "lease_lost" });
    expect(await jobs.take(organization)).toMatchObject({
      action: "update",
      customer_id: "cus_late",
    });
  });

  test("is refused when the organization is gone", async () => {
    const organization = await database.signUp();
    const job = await reconcileJob(organization);
    await database.sql`delete from public.organizations where id = ${organization}`;
    expect(await jobs.renew(job)).toEqual({ outcome: "orphaned" });
    expect((await database.job(organization)).state).toBe("orphaned");
  });
});
