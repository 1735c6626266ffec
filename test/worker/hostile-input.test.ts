import fc from "fast-check";
import Stripe from "stripe";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testBindings } from "./bindings.ts";
import { captureLog } from "./captured-log.ts";
import { type ScriptedServer, startScriptedServer } from "./scripted-server.ts";
import { workerUnderTest } from "./worker-under-test.ts";

/** Of each test; with test/providers/hostile-inputs.test.ts ten thousand in all. */
const RUNS = 2650;
const log = captureLog();
let outside: ScriptedServer;
beforeAll(async () => {
  outside = await startScriptedServer(() => ({ status: 500, json: {} }));
});
afterAll(() => outside.close());

const hostile = fc.oneof(
  fc.json(),
  fc.string({ unit: "binary" }),
  fc.uint8Array(),
  payloadLike({
    type: fc.oneof(fc.constantFrom("INSERT", "UPDATE", "DELETE", "TRUNCATE"), fc.jsonValue()),
    table: fc.oneof(fc.constant("organizations"), fc.jsonValue()),
    schema: fc.oneof(fc.constant("public"), fc.jsonValue()),
    record: fc.oneof(fc.record({ id: fc.oneof(fc.string(), fc.jsonValue()) }), fc.jsonValue()),
  }),
  payloadLike({
    id: fc.oneof(fc.constant("evt_1"), fc.jsonValue()),
    type: fc.oneof(fc.constantFrom("customer.created", "invoice.paid"), fc.jsonValue()),
    livemode: fc.oneof(fc.boolean(), fc.jsonValue()),
    data: fc.record({
      object: fc.oneof(
        fc.record({ id: fc.string(), metadata: fc.dictionary(fc.string(), fc.jsonValue()) }),
        fc.jsonValue(),
      ),
      previous_attributes: fc.jsonValue(),
    }),
  }),
);

function payloadLike(fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<string> {
  return fc.record(fields, { requiredKeys: [] }).map((value) => JSON.stringify(value));
}

/** A body without a valid id is refused or ignored; a crash, an echo or a call is a failure. */
async function expectHarmless(path: string, headers: Record<string, string>, body: BodyInit) {
  const worker = workerUnderTest({ SUPABASE_URL: outside.url, STRIPE_API_BASE: outside.url });
  const response = await worker.fetch(path, { method: "POST", headers, body });
  const text = await response.text();
  expect(response.status === 200 ? JSON.parse(text).status : "refused").toMatch(/ignored|refused/);
  expect(response.status).toBeLessThan(500);
  expect(text.length).toBeLessThan(300);
  expect(outside.requests).toEqual([]);
}

test("no body without an organization's id gets past the webhook", async () => {
  const headers = {
    authorization: `Bearer ${testBindings.WEBHOOK_TOKEN}`,
    "content-type": "application/json",
  };
  const property = fc.asyncProperty(hostile, (body) =>
    expectHarmless("/webhooks/supabase", headers, asBody(body)),
  );
  await fc.assert(property, { numRuns: RUNS });
  expect(log.lines("crashed")).toEqual([]);
});

test("no signed body without a customer's id gets past Stripe's webhook", async () => {
  const property = fc.asyncProperty(hostile, (body) => {
    const payload = typeof body === "string" ? body : Buffer.from(body).toString("latin1");
    const signature = Stripe.webhooks.generateTestHeaderString({
      payload,
      secret: testBindings.STRIPE_WEBHOOK_SECRET,
    });
    const headers = { "content-type": "application/json", "stripe-signature": signature };
    return expectHarmless("/webhooks/stripe", headers, payload);
  });
  await fc.assert(property, { numRuns: RUNS });
  expect(log.lines("crashed")).toEqual([]);
});

test("no Authorization but the token's gets past the webhook", async () => {
  const header = fc.string({ unit: "binary-ascii" }).filter((text) => !/[\0\r\n]/.test(text));
  const property = fc.asyncProperty(header, async (authorization) => {
    const headers = { authorization, "content-type": "application/json" };
    const response = await workerUnderTest().fetch("/webhooks/supabase", {
      method: "POST",
      headers,
      body: "{}",
    });
    expect(response.status).toBe(401);
  });
  await fc.assert(property, { numRuns: RUNS });
});

function asBody(body: string | Uint8Array): BodyInit {
  return typeof body === "string" ? body : Buffer.from(body);
}
