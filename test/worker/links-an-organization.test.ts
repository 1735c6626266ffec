import { afterEach, expect, test } from "vitest";
import { captureLog } from "./captured-log.ts";
import {
  claimOnce,
  Failure,
  job,
  lease,
  linking,
  organization,
  type ScriptedDatabase,
  startScriptedDatabase,
} from "./scripted-database.ts";
import type { ScriptedServer } from "./scripted-server.ts";
import { customer, startScriptedStripe } from "./scripted-stripe.ts";
import { workerUnderTest } from "./worker-under-test.ts";

const log = captureLog();
let database: ScriptedDatabase | undefined;
let stripe: ScriptedServer | undefined;
afterEach(async () => void (await Promise.all([database?.close(), stripe?.close()])));

async function ring(
  functions: Parameters<typeof startScriptedDatabase>[0],
  routes: Parameters<typeof startScriptedStripe>[0],
): Promise<Response> {
  database = await startScriptedDatabase({ ...linking, ...functions });
  stripe = await startScriptedStripe(routes);
  const worker = workerUnderTest({ SUPABASE_URL: database.url, STRIPE_API_BASE: stripe.url });
  return worker.ring(organization);
}

const created = { status: 200, json: customer() };
const replay = { ...created, headers: { "idempotent-replayed": "true" } };
const claim = { stripe_sync_claim: claimOnce(job()) };

test("a new organization gets its customer under the frozen key and body, and the id in its row", async () => {
  const response = await ring(claim, { "POST /v1/customers": created });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    status: "linked",
    organization_id: organization,
    customer_id: "cus_Fake1",
  });
  expect(stripe?.requests).toMatchObject([
    {
      headers: {
        "idempotency-key": `organization:${organization}:g1`,
        authorization: "Bearer rk_test_fake_local_sandbox",
      },
    },
  ]);
  expect(Object.fromEntries(new URLSearchParams(stripe?.requests[0]?.body))).toEqual({
    name: "Ada Lovelace",
    email: "ada@example.com",
    "metadata[organization_id]": organization,
    "metadata[environment]": "local",
  });
  expect(database?.calls).toEqual([
    {
      name: "stripe_sync_claim",
      args: {
        organization,
        how_many: 1,
        lease_seconds: 120,
        source: "webhook",
        environment: "local",
      },
    },
    {
      name: "stripe_sync_complete",
      args: { organization, lease, customer: "cus_Fake1", revision: 1 },
    },
  ]);
});

test("an absent name and e-mail are not sent", async () => {
  const request = { name: null, email: null, metadata: { organization_id: organization } };
  await ring({ stripe_sync_claim: claimOnce(job({ request })) }, { "POST /v1/customers": created });
  expect(stripe?.requests[0]?.body).toBe(`metadata[organization_id]=${organization}`);
});

test("a replayed answer links the customer after Stripe confirmed that it still exists", async () => {
  const response = await ring(claim, {
    "POST /v1/customers": replay,
    "GET /v1/customers/cus_Fake1": created,
  });
  expect(response.status).toBe(200);
});

// Seen to fail without `isReplay(answer) && …exists(…)` in stripe/customers.ts: the deleted
// customer is linked.
test("a replayed answer that shows a customer deleted since links nothing", async () => {
  const response = await ring(claim, {
    "POST /v1/customers": replay,
    "GET /v1/customers/cus_Fake1": {
      status: 200,
      json: { id: "cus_Fake1", object: "customer", deleted: true },
    },
  });
  expect(response.status).toBe(202);
  expect(database?.callsOf("stripe_sync_complete")).toEqual([]);
  expect(database?.callsOf("stripe_sync_fail")).toMatchObject([
    { class: "ambiguous", error: { code: "replayed_deleted_customer" } },
  ]);
});

test.each([401, 500])(
  "a write-back refused with %s after Stripe's answer leaves the lease to end by itself",
  async (status) => {
    const response = await ring(
      { ...claim, stripe_sync_complete: () => new Failure(status, "PGRST301") },
      { "POST /v1/customers": created },
    );
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({ reason: "database_unavailable" });
    expect(database?.callsOf("stripe_sync_fail")).toEqual([]);
    expect(log.lines("report_failed")).toMatchObject([
      { organization_id: organization, customer_id: "cus_Fake1", status, code: "PGRST301" },
    ]);
    expect(log.text()).not.toContain("ada@example.com");
  },
);

test("a lease that was lost to a Worker that linked the same customer counts as linked", async () => {
  const lost = { outcome: "lease_lost", customer_id: "cus_Fake1" };
  const response = await ring(
    { ...claim, stripe_sync_complete: () => lost },
    { "POST /v1/customers": created },
  );
  expect(response.status).toBe(200);
});

test("a customer that lost against another one is named for the audit", async () => {
  const response = await ring(
    { ...claim, stripe_sync_complete: () => ({ outcome: "duplicate", customer_id: "cus_Winner" }) },
    { "POST /v1/customers": created },
  );
  expect(await response.json()).toMatchObject({ status: "linked", customer_id: "cus_Winner" });
  expect(log.lines("duplicate_customers")).toMatchObject([
    { kept: "cus_Winner", duplicates: ["cus_Fake1"] },
  ]);
});

test.each(["leased", "backoff", "dead", "orphaned", "unknown_organization"])(
  "an organization whose job is not to be done now is deferred as %s without asking Stripe",
  async (reason) => {
    const deferred = { reason, retry_after_seconds: null, customer_id: null };
    const response = await ring(
      { stripe_sync_claim: () => ({ jobs: [], deferred, more: false }) },
      {},
    );
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({
      status: "deferred",
      organization_id: organization,
      reason,
    });
  },
);

test("an organization that is linked already answers with its customer", async () => {
  const deferred = { reason: "linked", retry_after_seconds: null, customer_id: "cus_Fake1" };
  const response = await ring(
    { stripe_sync_claim: () => ({ jobs: [], deferred, more: false }) },
    {},
  );
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ customer_id: "cus_Fake1" });
});

test("a database that does not answer makes the webhook fail as 503, with nothing sent to Stripe", async () => {
  const response = await ring({ stripe_sync_claim: () => new Failure(500, "XX000") }, {});
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ error: { code: "database_unavailable" } });
  expect(log.text()).not.toContain("ada@example.com");
});

// Seen to fail without `waitUntil(work…)` in routes/supabase-webhook.ts.
test("the work outlives a caller that hangs up before the answer", async () => {
  database = await startScriptedDatabase({ ...linking, ...claim });
  stripe = await startScriptedStripe({ "POST /v1/customers": created });
  const worker = workerUnderTest({ SUPABASE_URL: database.url, STRIPE_API_BASE: stripe.url });
  const kept: Promise<unknown>[] = [];
  void worker.ring(organization, {}, (work) => void kept.push(work));
  while (kept.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await Promise.all(kept);
  expect(database.callsOf("stripe_sync_complete")).toHaveLength(1);
});
