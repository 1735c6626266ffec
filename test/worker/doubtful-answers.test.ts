import { expect, test, vi } from "vitest";
import { STRIPE_CALL_MS } from "../../worker/limits.ts";
import { captureLog } from "./captured-log.ts";
import { type WholePath, wholePaths } from "./whole-path.ts";

const log = captureLog();
const path = wholePaths();
const HOUR = 3_600_000;

/** Each organization has one live customer with its id, and that customer's id in its row. */
async function expectOneCustomerEach(whole: WholePath, ...organizations: string[]) {
  const owners = whole.stripe.customers().map(({ metadata }) => metadata.organization_id);
  expect(owners.sort()).toEqual(organizations.sort());
  for (const organization of organizations) {
    const id = (await whole.linked(organization)) ?? "";
    expect(whole.stripe.customer(id)?.metadata.organization_id).toBe(organization);
  }
}

/** The Stripe client's own time limit comes soon, so that a test need not wait for it. */
function shortenTimeLimit(): void {
  const later = globalThis.setTimeout;
  vi.spyOn(globalThis, "setTimeout").mockImplementation(((run: () => void, ms?: number) =>
    later(run, ms === STRIPE_CALL_MS ? 100 : ms)) as typeof setTimeout);
}

// Meant to fail without the idempotency key in stripe/customers.ts: two customers.
test("a create that timed out after Stripe had committed is answered by the same customer", async () => {
  const whole = await path();
  const organization = await whole.database.signUp();
  whole.stripe.faults.next({ kind: "hang", when: "after" });
  shortenTimeLimit();
  const answer = await whole.worker.ring(organization);
  expect(await answer.json()).toMatchObject({ reason: "stripe_timeout" });
  await whole.waitPasses(organization);
  await whole.worker.tick();
  expect(whole.creates()).toMatchObject([{ replayed: false }, { replayed: true }]);
  await expectOneCustomerEach(whole, organization);
});

// Meant to fail with `return "retry"` for a replayed 500 in stripe/classify-failure.ts (the stored
// answer is asked for all day), and with a failed look-up taken for "none" in sync/reconcile.ts.
test("a stored 500, with Stripe's look-ups failing for the 24 hours of its key, is adopted and not doubled", async () => {
  const whole = await path();
  whole.beginHoursAgo(26);
  const organization = await whole.database.signUp();
  // Against Stripe's own advice, so that only the replay tells that asking again is of no use.
  const headers = { "Stripe-Should-Retry": "true" };
  whole.stripe.faults.next({ kind: "answer", when: "after", status: 500, headers });
  const heal = whole.stripe.faults.always(({ method }) =>
    method === "GET" ? { kind: "answer", when: "before", status: 500 } : undefined,
  );
  for (let hour = 0; hour < 26; hour += 1) {
    await whole.worker.tick();
    await whole.hoursPass(1);
  }
  expect(whole.creates().map(({ replayed }) => replayed)).toEqual([false, true]);
  expect(await whole.database.job(organization)).toMatchObject({ state: "parked", generation: 1 });
  heal();
  await whole.worker.tick();
  expect(whole.creates()).toHaveLength(2);
  await expectOneCustomerEach(whole, organization);
});

// Meant to fail with the class "permanent" for an idempotency_error in stripe/classify-failure.ts:
// the job is dead, and the customer of the first attempt belongs to nobody.
test("a body that is not the one of the first attempt is no second create: the customer is looked for", async () => {
  const whole = await path();
  const organization = await whole.database.signUp();
  whole.stripe.faults.next({ kind: "reset", when: "after" });
  await whole.worker.ring(organization);
  // As a version of the database would that froze another body.
  await whole.database.sql`update stripe_sync.jobs set
    request = jsonb_set(request, '{metadata,plan}', '"free"')`;
  await whole.waitPasses(organization);
  await whole.worker.tick();
  expect(log.lines("failed").at(-1)).toMatchObject({
    class: "ambiguous",
    code: "idempotency_error",
  });
  await whole.waitPasses(organization);
  await whole.worker.tick();
  expect(whole.creates()).toHaveLength(2);
  await expectOneCustomerEach(whole, organization);
});

// Meant to fail with customers looked for by e-mail address instead of metadata, and with the
// comparison of organization_id taken out of sync/find-existing.ts.
test("of two organizations of one person, in doubt at the same time, each finds its own customer", async () => {
  const whole = await path();
  const one = await whole.database.signUp({ name: "Ada" }, "ada@example.com");
  const [row] = await whole.database.sql<{ id: string }[]>`
    insert into public.organizations (name, owner_id)
    select 'Second', owner_id from public.organizations where id = ${one} returning id`;
  const other = row?.id ?? "";
  whole.stripe.searchLagMs = HOUR;
  for (const organization of [one, other]) {
    whole.stripe.faults.next({ kind: "answer", when: "after", status: 500 });
    await whole.worker.ring(organization);
  }
  for (let attempt = 0; attempt < 2; attempt += 1) {
    for (const organization of [one, other]) await whole.waitPasses(organization);
    await whole.worker.tick();
  }
  await expectOneCustomerEach(whole, one, other);
});

// Meant to fail without `perform stripe_sync.sweep()` in stripe_sync_claim().
test("what was imported with its triggers off, and never rung for, is linked by the cron", async () => {
  const whole = await path();
  const ids = await whole.database.as("supabase_admin").begin(async (transaction) => {
    await transaction`set local session_replication_role = replica`;
    return transaction<{ id: string }[]>`
      insert into public.organizations (name) values ('Imported'), ('Imported') returning id`;
  });
  await whole.worker.tick();
  await expectOneCustomerEach(whole, ...ids.map(({ id }) => id));
});
