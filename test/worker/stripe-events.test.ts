import Stripe from "stripe";
import { afterEach, describe, expect, test } from "vitest";
import { testBindings } from "./bindings.ts";
import { captureLog } from "./captured-log.ts";
import {
  Failure,
  organization,
  type ScriptedDatabase,
  startScriptedDatabase,
} from "./scripted-database.ts";
import { customer, startScriptedStripe } from "./scripted-stripe.ts";
import { workerUnderTest } from "./worker-under-test.ts";

const log = captureLog();
let database: ScriptedDatabase | undefined;
let stripe: Awaited<ReturnType<typeof startScriptedStripe>> | undefined;
afterEach(async () => {
  await Promise.all([database?.close(), stripe?.close()]);
  stripe = undefined;
});

const other = "11111111-2222-4333-8444-555555555555";
const event = (type: string, object: unknown, changes: Record<string, unknown> = {}) => ({
  id: "evt_Fake1",
  object: "event",
  type,
  livemode: false,
  data: { object },
  ...changes,
});
const updated = (metadata: unknown, before: unknown) => ({
  ...event("customer.updated", customer({ metadata })),
  data: { object: customer({ metadata }), previous_attributes: before },
});
const signed = (payload: string, secret: string, ageSeconds = 0) =>
  Stripe.webhooks.generateTestHeaderString({
    payload,
    secret,
    timestamp: Math.floor(Date.now() / 1000) - ageSeconds,
  });

interface Delivery {
  outcomes?: unknown[];
  /** Whether the database says that jobs are due. */
  backlog?: boolean;
  bindings?: Record<string, unknown>;
  signature?: (payload: string) => string;
}

/** Delivers an event as Stripe does. */
async function deliver(
  sent: unknown,
  { outcomes = ["linked"], backlog, bindings, signature }: Delivery = {},
): Promise<{
  status: number;
  answer: unknown;
  told: Record<string, unknown>[];
  claims: Record<string, unknown>[];
}> {
  const told = await startScriptedDatabase({
    stripe_sync_customer_event: (_, call) => {
      const outcome = outcomes[call - 1];
      return outcome instanceof Failure ? outcome : { outcome, backlog };
    },
    stripe_sync_claim: () => ({ jobs: [], deferred: null, more: false }),
  });
  database = told;
  const payload = JSON.stringify(sent);
  const header = signature?.(payload) ?? signed(payload, testBindings.STRIPE_WEBHOOK_SECRET);
  const worker = workerUnderTest({
    SUPABASE_URL: told.url,
    ...(stripe && { STRIPE_API_BASE: stripe.url }),
    ...bindings,
  });
  const response = await worker.fetch("/webhooks/stripe", {
    method: "POST",
    headers: { "content-type": "application/json; charset=utf-8", "stripe-signature": header },
    body: payload,
  });
  return {
    status: response.status,
    answer: await response.json(),
    told: told.callsOf("stripe_sync_customer_event"),
    claims: told.callsOf("stripe_sync_claim"),
  };
}

// Meant to fail without pullInBackground() in routes/stripe-webhook.ts.
test("an event that comes while jobs are due brings a pull; without a backlog it asks for none", async () => {
  const created = event("customer.created", customer());
  const busy = await deliver(created, { backlog: true });
  expect(busy.answer).toEqual({ status: "linked" });
  expect(busy.claims).toEqual([expect.objectContaining({ organization: null, how_many: 4 })]);
  expect((await deliver(created, { backlog: false })).claims).toEqual([]);
  expect((await deliver(created)).claims).toEqual([]);
});

describe("an event that concerns the sync is told to the database", () => {
  test.each<[string, unknown, Record<string, unknown>]>([
    [
      "created, with our metadata",
      event("customer.created", customer()),
      { customer: "cus_Fake1", kind: "created", organization },
    ],
    [
      "deleted",
      event("customer.deleted", customer()),
      { customer: "cus_Fake1", kind: "deleted", organization },
    ],
    [
      "deleted, of our own account by name",
      event("customer.deleted", customer(), { account: testBindings.STRIPE_ACCOUNT }),
      { customer: "cus_Fake1", kind: "deleted", organization },
    ],
    [
      "deleted, without metadata",
      event("customer.deleted", customer({ metadata: {} })),
      { customer: "cus_Fake1", kind: "deleted", organization: null },
    ],
    [
      "updated, the organization's id removed",
      updated({}, { metadata: { organization_id: organization } }),
      { customer: "cus_Fake1", kind: "updated", organization: null },
    ],
    [
      "updated, the organization's id made nonsense",
      updated({ organization_id: "nonsense" }, { metadata: { organization_id: organization } }),
      { customer: "cus_Fake1", kind: "updated", organization: null },
    ],
    [
      "updated, the organization's id made another one",
      updated({ organization_id: other }, { metadata: { organization_id: organization } }),
      { customer: "cus_Fake1", kind: "updated", organization: other },
    ],
  ])("%s", async (_, sent, expected) => {
    const { status, answer, told } = await deliver(sent, { outcomes: ["repair"] });
    expect({ status, answer, told }).toEqual({
      status: 200,
      answer: { status: "repaired" },
      told: [expected],
    });
    expect(log.lines("stripe_event")).toMatchObject([
      { event_id: "evt_Fake1", customer_id: "cus_Fake1", kind: expected.kind, outcome: "repair" },
    ]);
  });
});

describe("an event that does not concern the sync changes nothing and says why", () => {
  test.each<[string, unknown]>([
    ["other_mode", event("customer.deleted", customer(), { livemode: true })],
    ["other_account", event("customer.deleted", customer(), { account: "acct_1FakeConnected" })],
    ["other_account", event("customer.created", customer(), { account: null })],
    ["unknown_type", event("invoice.paid", { id: "in_1", object: "invoice" })],
    ["unknown_type", event("toString", customer())],
    ["not_a_customer", event("customer.deleted", { id: "sub_1" })],
    ["not_a_customer", event("customer.deleted", { id: null })],
    ["no_organization", event("customer.created", customer({ metadata: {} }))],
    ["no_organization", event("customer.created", customer({ metadata: null }))],
    [
      "no_organization",
      event("customer.created", customer({ metadata: { organization_id: "x" } })),
    ],
    [
      "other_environment",
      event(
        "customer.created",
        customer({ metadata: { organization_id: organization, environment: "staging" } }),
      ),
    ],
    ["unchanged", updated({ organization_id: organization }, { email: "old@example.com" })],
    ["unchanged", updated({ organization_id: organization }, { metadata: { region: "eu" } })],
    [
      "unchanged",
      updated({ organization_id: organization }, { metadata: { organization_id: null } }),
    ],
  ])("%s", async (reason, sent) => {
    const { status, answer, told } = await deliver(sent);
    expect({ status, answer, told }).toEqual({
      status: 200,
      answer: { status: "ignored", reason },
      told: [],
    });
    expect(log.lines("stripe_event_ignored")).toMatchObject([{ event_id: "evt_Fake1", reason }]);
    expect(log.text()).not.toContain("example.com");
  });
});

// Each meant to fail: "another secret" and "another body" with verifyEvent() returning the body
// unverified, "six minutes old" without SIGNATURE_TOLERANCE_SECONDS.
describe("a delivery that Stripe did not sign, or not now, is refused", () => {
  const sent = event("customer.deleted", customer());
  test.each<[string, (payload: string) => string]>([
    ["no signature", () => ""],
    ["no signature scheme", () => "hostile"],
    ["another secret", (payload) => signed(payload, "whsec_other")],
    ["another body", () => signed("{}", testBindings.STRIPE_WEBHOOK_SECRET)],
    ["six minutes old", (payload) => signed(payload, testBindings.STRIPE_WEBHOOK_SECRET, 360)],
    [
      "a timestamp that is none",
      (payload) => signed(payload, testBindings.STRIPE_WEBHOOK_SECRET).replace(/t=\d+/, "t=x"),
    ],
  ])("%s", async (_, signature) => {
    const { status, answer, told } = await deliver(sent, { signature });
    expect({ status, answer, told }).toMatchObject({
      status: 400,
      answer: { error: { code: "invalid_signature" } },
      told: [],
    });
    expect(log.lines()).toMatchObject([
      { event: "refused", route: "/webhooks/stripe", status: 400, code: "invalid_signature" },
    ]);
  });

  test.each([null, [], 1, "text", {}, { ...sent, id: 1 }, { ...sent, data: null }])(
    "signed, but no event: %j",
    async (body) => {
      const { status, told } = await deliver(body);
      expect({ status, told }).toEqual({ status: 400, told: [] });
    },
  );
});

test("during a rotation a delivery under the previous signing secret is accepted", async () => {
  const { status, told } = await deliver(event("customer.deleted", customer()), {
    bindings: {
      STRIPE_WEBHOOK_SECRET: "whsec_new",
      STRIPE_WEBHOOK_SECRET_PREVIOUS: testBindings.STRIPE_WEBHOOK_SECRET,
    },
  });
  expect({ status, told: told.length }).toEqual({ status: 200, told: 1 });
});

test("a customer adopted from a late event that was deleted meanwhile is reported as deleted", async () => {
  stripe = await startScriptedStripe({
    "GET /v1/customers/cus_Fake1": {
      status: 200,
      json: { id: "cus_Fake1", object: "customer", deleted: true },
    },
  });
  const { answer, told } = await deliver(event("customer.created", customer()), {
    outcomes: ["adopted", "deleted"],
  });
  expect(answer).toEqual({ status: "deleted" });
  expect(told.map(({ kind }) => kind)).toEqual(["created", "deleted"]);
});

test("Stripe is asked to deliver again when the database cannot be told", async () => {
  const { status } = await deliver(event("customer.deleted", customer()), {
    outcomes: [new Failure(500, "XX000")],
  });
  expect(status).toBe(503);
});
