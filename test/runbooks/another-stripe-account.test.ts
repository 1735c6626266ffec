import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { type StripeCloud, startStripe } from "../../local/stripe/index.ts";
import type { StripeTenant } from "../../local/tenants.ts";
import { captureLog } from "../worker/captured-log.ts";
import { type WholePath, wholePaths } from "../worker/whole-path.ts";
import { workerUnderTest } from "../worker/worker-under-test.ts";

captureLog();
const path = wholePaths();

const RUNBOOK = join(import.meta.dirname, "../../docs/runbooks/another-stripe-account.md");
/** The runbook's SQL, block by block. */
const [before = "", move = "", back = ""] = [
  ...readFileSync(RUNBOOK, "utf8").matchAll(/```sql\n(.*?)```/gs),
].map(([, sql = ""]) => sql);

const newAccount: StripeTenant = {
  accountId: "acct_1FakeNewAccount",
  secretKey: "sk_test_fake_new_account",
  restrictedKey: "rk_test_fake_new_account",
  livemode: false,
};

let opened: StripeCloud | undefined;
afterEach(() => opened?.close());

/** The Worker as the update with the new account's keys deploys it, on the same database. */
async function workerOfNewAccount({ rest }: WholePath) {
  opened = await startStripe({ tenants: [newAccount] });
  const worker = workerUnderTest({
    ENVIRONMENT: "testing",
    SUPABASE_URL: rest.url,
    STRIPE_API_BASE: opened.url,
    STRIPE_API_KEY: newAccount.restrictedKey,
    STRIPE_ACCOUNT: newAccount.accountId,
  });
  const account = opened.account(newAccount.accountId);
  return { worker, customers: () => account.customers() };
}

async function signUpLinked({ database, worker }: WholePath): Promise<string> {
  const organization = await database.signUp({ industry: "maths" });
  await worker.ring(organization);
  return organization;
}

test("every organization gets one customer in the new account, and the old ids are kept", async () => {
  const whole = await path();
  const { database, stripe, linked } = whole;
  const organizations = [await signUpLinked(whole), await signUpLinked(whole)];
  const [changed = "", quiet = ""] = organizations;
  const oldIds = await Promise.all(organizations.map(linked));
  await database.sql.unsafe(before);
  const { worker, customers } = await workerOfNewAccount(whole);

  // Between the update and the SQL: a sign-up, and a change whose customer is not there.
  const late = await database.signUp({ industry: "music" });
  await worker.ring(late);
  const lateId = await linked(late);
  await database.sql`update public.organizations set industry = 'art' where id = ${changed}`;
  await worker.tick();
  expect(await database.job(changed)).toMatchObject({
    state: "dead",
    last_error: { code: "customer_deleted" },
  });

  await database.sql.unsafe(move);
  await worker.tick();
  await worker.tick();

  const byOrganization = customers().map(({ id, metadata }) => [metadata.organization_id, id]);
  expect(Object.fromEntries(byOrganization)).toEqual({
    [changed]: await linked(changed),
    [quiet]: await linked(quiet),
    [late]: lateId,
  });
  expect(byOrganization).toHaveLength(3);
  expect(await linked(late)).toBe(lateId);
  const kept = await database.sql`
    select organization_id, stripe_customer_id from billing_before_move.customers`;
  expect(kept).toHaveLength(3);
  expect(kept).toContainEqual({ organization_id: quiet, stripe_customer_id: oldIds[1] });
  expect(stripe.customers()).toHaveLength(2);
});

test("a customer deleted in the old account is made anew only when it is requeued", async () => {
  const whole = await path();
  const { database, linked } = whole;
  const organization = await signUpLinked(whole);
  await database.call("customer_event", {
    customer: await linked(organization),
    kind: "deleted",
  });
  await database.sql.unsafe(before);
  const { worker, customers } = await workerOfNewAccount(whole);
  await database.sql.unsafe(move);
  await worker.tick();
  expect(customers()).toEqual([]);
  const rest = await database.sql`select organization_id from billing_before_move.deleted`;
  expect(rest).toEqual([{ organization_id: organization }]);
  await database.sql`select stripe_sync.requeue(${organization})`;
  await worker.tick();
  expect(customers().map(({ id }) => id)).toEqual([await linked(organization)]);
});

test("the way back gives the rows their old ids, and the old account its customers again", async () => {
  const whole = await path();
  const organization = await signUpLinked(whole);
  const old = await whole.linked(organization);
  await whole.database.sql.unsafe(before);
  const { worker } = await workerOfNewAccount(whole);
  await whole.database.sql.unsafe(move);
  await worker.tick();
  expect(await whole.linked(organization)).not.toBe(old);

  await whole.database.sql.unsafe(back);
  await whole.worker.tick();
  expect(await whole.linked(organization)).toBe(old);
  expect(await whole.database.job(organization)).toMatchObject({ state: "linked" });
  expect(whole.stripe.customers()).toHaveLength(1);
});
