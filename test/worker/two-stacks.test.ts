import { expect, test } from "vitest";
import { captureLog } from "./captured-log.ts";
import { type WholePath, wholePaths } from "./whole-path.ts";
import { type WorkerUnderTest, workerUnderTest } from "./worker-under-test.ts";

const log = captureLog();
const path = wholePaths();

/** The Worker of another stack: the same database and Stripe account, everything else its own. */
function workerOfAnotherStack(
  whole: WholePath,
  bindings: Record<string, string> = {},
): WorkerUnderTest {
  return workerUnderTest({
    ...whole.worker.bindings,
    OPERATOR_TOKEN: "fake-operator-token-of-another-stack",
    FINGERPRINT_KEY: "fake-fingerprint-key-of-another-stack",
    ...bindings,
  });
}

async function expectOneCustomerEach(whole: WholePath, organizations: readonly string[]) {
  const owners = whole.stripe.customers().map(({ metadata }) => metadata.organization_id);
  expect(owners.sort()).toEqual([...organizations].sort());
  for (const organization of organizations) {
    const id = await whole.linked(organization);
    expect(whole.stripe.customer(id ?? "")?.metadata.organization_id).toBe(organization);
  }
}

test("two stacks of one environment, pointed at one database, make one customer for each organization", async () => {
  const whole = await path();
  const workers = [whole.worker, workerOfAnotherStack(whole)];
  const organizations: string[] = [];
  for (let count = 0; count < 6; count += 1) organizations.push(await whole.database.signUp());
  // Both make the first customer's answer vanish, so that some are repeated by the other one.
  whole.stripe.faults.next({ kind: "reset", when: "after" });
  whole.stripe.faults.next({ kind: "answer", when: "after", status: 500, stored: false });
  for (let round = 0; round < 3; round += 1) {
    await Promise.all(
      workers.flatMap((worker) => [
        worker.tick(),
        ...organizations.map((organization) => worker.ring(organization)),
      ]),
    );
    for (const organization of organizations) await whole.waitPasses(organization);
  }
  await expectOneCustomerEach(whole, organizations);
});

// Seen to fail without the first `if` of stripe_sync_claim(): the other stack links them, too.
test("the Worker of another environment refuses the database, says why, and leaves all to the right one", async () => {
  const whole = await path();
  const other = workerOfAnotherStack(whole, { ENVIRONMENT: "production" });
  const organization = await whole.database.signUp();
  expect((await other.ring(organization)).status).toBe(503);
  await expect(other.tick()).rejects.toThrow();
  expect(log.lines("database_failed").map(({ message }) => message)).toEqual(
    Array.from(
      { length: 2 },
      () =>
        'stripe_sync_claim: this Worker is of environment "production", but its database belongs to "testing"',
    ),
  );
  expect(whole.creates()).toEqual([]);
  await whole.worker.ring(organization);
  await expectOneCustomerEach(whole, [organization]);
});

// Seen to fail with the Worker's ENVIRONMENT in place of the request's in sync/find-existing.ts.
test("a customer made before the database was configured is found by the Worker of the environment it then got", async () => {
  const whole = await path();
  await whole.database.sql`update stripe_sync.settings set environment = 'unconfigured'`;
  const organization = await whole.database.signUp();
  whole.stripe.searchLagMs = 0;
  whole.stripe.faults.next({ kind: "answer", when: "after", status: 500 });
  await whole.worker.ring(organization);
  await whole.database.sql`select stripe_sync.configure('{"environment": "testing"}')`;
  for (let attempt = 0; attempt < 3; attempt += 1) {
    await whole.waitPasses(organization);
    await whole.worker.tick();
  }
  await expectOneCustomerEach(whole, [organization]);
});
