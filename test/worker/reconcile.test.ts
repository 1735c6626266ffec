import { afterEach, describe, expect, test, vi } from "vitest";
import { captureLog } from "./captured-log.ts";
import {
  claimOnce,
  Failure,
  job,
  linking,
  organization,
  type ScriptedDatabase,
  startScriptedDatabase,
} from "./scripted-database.ts";
import type { ScriptedAnswer } from "./scripted-server.ts";
import { customer, page, startScriptedStripe, stripeError } from "./scripted-stripe.ts";
import { workerUnderTest } from "./worker-under-test.ts";

const log = captureLog();
let database: ScriptedDatabase | undefined;
let stripe: Awaited<ReturnType<typeof startScriptedStripe>> | undefined;
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all([database?.close(), stripe?.close()]);
});

const reconcileJob = job({
  action: "reconcile",
  first_attempt_at: "2026-11-23T03:00:00.250+00:00",
});
const renewed = job({ generation: 2, idempotency_key: `organization:${organization}:g2` });
const found = customer();
const existing = (id: string): ScriptedAnswer => ({ status: 200, json: customer({ id }) });
const deleted = (id: string): ScriptedAnswer => ({
  status: 200,
  json: { id, object: "customer", deleted: true },
});

interface Scene {
  job?: Record<string, unknown>;
  search?: ScriptedAnswer;
  list?: ScriptedAnswer | ((call: number) => ScriptedAnswer);
  customers?: Record<string, ScriptedAnswer>;
  renew?: unknown;
}

/** Reconciles an organization against a Stripe that answers as the scene says. */
async function reconcile(scene: Scene) {
  const { search, list, customers = {}, renew = renewed } = scene;
  database = await startScriptedDatabase({
    ...linking,
    stripe_sync_claim: claimOnce(scene.job ?? reconcileJob),
    stripe_sync_renew: () => renew,
  });
  const lookUps = Object.entries(customers).map(([id, answer]) => [
    `GET /v1/customers/${id}`,
    answer,
  ]);
  stripe = await startScriptedStripe({
    "GET /v1/customers/search": search ?? page([]),
    "GET /v1/customers": list ?? page([]),
    "POST /v1/customers": { status: 200, json: customer({ id: "cus_New" }) },
    ...Object.fromEntries(lookUps),
  });
  const worker = workerUnderTest({ SUPABASE_URL: database.url, STRIPE_API_BASE: stripe.url });
  const response = await worker.ring(organization);
  return {
    answer: (await response.json()) as Record<string, unknown>,
    created: stripe.sent("POST /v1/customers"),
    completed: database.callsOf("stripe_sync_complete"),
    failed: database.callsOf("stripe_sync_fail"),
  };
}

test("a customer that only the search knows is adopted, not made again", async () => {
  const { created, completed } = await reconcile({
    search: page([found]),
    customers: { cus_Fake1: existing("cus_Fake1") },
  });
  expect({ created, completed }).toMatchObject({
    created: 0,
    completed: [{ customer: "cus_Fake1" }],
  });
  expect(stripe?.requests[0]?.query.get("query")).toBe(
    `metadata['organization_id']:'${organization}'`,
  );
});

// Seen to fail with `listed` left out of `ours` in sync/find-existing.ts: a second customer is made.
test("a customer that the search does not show yet is found by the list over all attempts", async () => {
  const { created, completed } = await reconcile({
    list: page([customer({ id: "cus_Other", metadata: {} }), found]),
    customers: { cus_Fake1: existing("cus_Fake1") },
  });
  expect({ created, completed }).toMatchObject({
    created: 0,
    completed: [{ customer: "cus_Fake1" }],
  });
  const list = stripe?.requests.find(({ path }) => path === "/v1/customers");
  expect(Object.fromEntries(list?.query ?? [])).toEqual({
    "created[gte]": String(Date.parse("2026-11-23T02:55:00Z") / 1000),
    "created[lte]": expect.any(String),
    limit: "100",
  });
  // An attempt whose Worker died left no trace of its time, so the list goes on until now.
  expect(Number(list?.query.get("created[lte]"))).toBeGreaterThan(Date.now() / 1000 + 290);
});

test("before the first attempt the list is that of the e-mail address, of any age", async () => {
  const { created, completed } = await reconcile({
    job: job({ action: "reconcile", first_attempt_at: null }),
    list: page([customer({ id: "cus_Other", metadata: {} }), found]),
    customers: { cus_Fake1: existing("cus_Fake1") },
  });
  // Take `withEmail` out of sync/find-existing.ts to see this fail: the search shows nothing yet.
  expect({ created, completed }).toMatchObject({
    created: 0,
    completed: [{ customer: "cus_Fake1" }],
  });
  const list = stripe?.requests.find(({ path }) => path === "/v1/customers");
  expect(Object.fromEntries(list?.query ?? [])).toEqual({ email: "ada@example.com", limit: "100" });
});

test("the list is followed to its last page", async () => {
  const { completed } = await reconcile({
    list: (call) =>
      call === 1 ? page([customer({ id: "cus_Page1", metadata: {} })], true) : page([found]),
    customers: { cus_Fake1: existing("cus_Fake1") },
  });
  expect(completed).toMatchObject([{ customer: "cus_Fake1" }]);
  const lists = stripe?.requests.filter(({ path }) => path === "/v1/customers");
  expect(lists?.map(({ query }) => query.get("starting_after"))).toEqual([null, "cus_Page1"]);
});

// Seen to fail without `proceed()` in stripe/customers.ts: the list is read beyond the lease.
test("a list longer than the lease allows is an open question, not none", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const started = Date.now();
  const { created, failed } = await reconcile({
    list: (call) => {
      vi.setSystemTime(started + call * 10_000);
      return page([customer({ id: `cus_Page${call}`, metadata: {} })], call < 20);
    },
  });
  expect({ created, failed }).toMatchObject({
    created: 0,
    failed: [{ class: "ambiguous", error: { code: "look_up_timeout" } }],
  });
  expect(stripe?.sent("GET /v1/customers")).toBe(5);
});

test("the oldest of several live customers is kept and the others are named", async () => {
  const { completed } = await reconcile({
    search: page([
      customer({ id: "cus_Young", created: 300 }),
      customer({ id: "cus_Deleted", created: 100 }),
      customer({ id: "cus_Old", created: 200 }),
    ]),
    list: page([customer({ id: "cus_Young", created: 300 })]),
    customers: { cus_Deleted: deleted("cus_Deleted"), cus_Old: existing("cus_Old") },
  });
  expect(completed).toMatchObject([{ customer: "cus_Old" }]);
  expect(log.lines("duplicate_customers")).toMatchObject([
    { kept: "cus_Old", duplicates: ["cus_Young"] },
  ]);
});

test("only when both looked and found none, the next generation is made under its own key", async () => {
  const { answer, created, completed } = await reconcile({});
  expect({ answer, created, completed }).toMatchObject({
    answer: { status: "linked", customer_id: "cus_New" },
    created: 1,
    completed: [{ customer: "cus_New" }],
  });
  const creation = stripe?.requests.find(({ method }) => method === "POST");
  expect(creation?.headers["idempotency-key"]).toBe(`organization:${organization}:g2`);
});

test("the customer of another environment or organization is not adopted", async () => {
  const { created } = await reconcile({
    search: page([
      customer({
        id: "cus_1",
        metadata: { organization_id: organization, environment: "staging" },
      }),
    ]),
    list: page([customer({ id: "cus_2", metadata: { organization_id: "another" } })]),
  });
  expect(created).toBe(1);
});

// Seen to fail with the first line of `itemsOf` in stripe/customers.ts taken out, and with a
// `catch` around the look-ups: a second customer is made.
describe("an error of a look-up is not the same as none", () => {
  const refusals: [string, ScriptedAnswer][] = [
    ["ambiguous", "reset"],
    ["ambiguous", stripeError(429, { type: "invalid_request_error", code: "rate_limit" })],
    ["ambiguous", stripeError(500, { type: "api_error" })],
    ["ambiguous", stripeError(400, { type: "invalid_request_error" })],
    ["ambiguous", { status: 500, json: {} }],
    ["ambiguous", { status: 200, json: { object: "list" } }],
    ["configuration", stripeError(403, { type: "invalid_request_error" })],
    ["configuration", page([customer({ livemode: true })])],
  ];
  test.each(refusals)("search, %s", async (failureClass, search) => {
    const { created, failed } = await reconcile({ search });
    expect({ created, failed }).toMatchObject({ created: 0, failed: [{ class: failureClass }] });
  });
  test.each(refusals)("list, %s", async (failureClass, list) => {
    const { created, failed } = await reconcile({ list });
    expect({ created, failed }).toMatchObject({ created: 0, failed: [{ class: failureClass }] });
  });
});

test.each([
  ["lost to another Worker", { outcome: "lease_lost" }, "lease_lost"],
  ["of an organization deleted since", { outcome: "orphaned" }, "orphaned"],
  ["not given by the database", new Failure(500, "XX000"), "database_unavailable"],
])("a next generation %s makes no customer", async (_, renew, reason) => {
  const { answer, created, failed } = await reconcile({ renew });
  expect({ answer, created, failed }).toMatchObject({ answer: { reason }, created: 0, failed: [] });
});
