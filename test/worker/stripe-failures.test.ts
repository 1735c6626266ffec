import { afterEach, describe, expect, test } from "vitest";
import { captureLog } from "./captured-log.ts";
import {
  claimOnce,
  job,
  linking,
  organization,
  type ScriptedDatabase,
  startScriptedDatabase,
} from "./scripted-database.ts";
import type { ScriptedAnswer, ScriptedServer } from "./scripted-server.ts";
import { customer, startScriptedStripe, stripeError } from "./scripted-stripe.ts";
import { workerUnderTest } from "./worker-under-test.ts";

const log = captureLog();
let database: ScriptedDatabase | undefined;
let stripe: ScriptedServer | undefined;
afterEach(async () => void (await Promise.all([database?.close(), stripe?.close()])));

/** Works on one job against a Stripe that answers so, and tells what the database heard. */
async function failureOf(
  answer: ScriptedAnswer,
  claimed = job(),
  route = "POST /v1/customers",
): Promise<{ class: unknown; code: unknown; message: unknown; response: Response }> {
  database = await startScriptedDatabase({ ...linking, stripe_sync_claim: claimOnce(claimed) });
  stripe = await startScriptedStripe({ [route]: answer });
  const worker = workerUnderTest({ SUPABASE_URL: database.url, STRIPE_API_BASE: stripe.url });
  const response = await worker.ring(organization);
  const [reported] = database.callsOf("stripe_sync_fail");
  const error = reported?.error as { code: string; message: string } | undefined;
  const everything = JSON.stringify(database.callsOf("stripe_sync_fail")) + log.text();
  expect(everything).not.toMatch(/ada@|Ada|rk_test|fake_local|fake\.database|whsec/);
  return { class: reported?.class, code: error?.code, message: error?.message, response };
}

const json = (status: number, value: unknown): ScriptedAnswer => ({ status, json: value });
const replayed = { "idempotent-replayed": "true" };

describe("the class of a failed create", () => {
  test.each<[string, string, string, ScriptedAnswer]>([
    ["retry", "stripe_unreachable", "connection reset", "reset"],
    [
      "retry",
      "idempotency_key_in_use",
      "409 while the first request runs",
      stripeError(409, { type: "idempotency_error", code: "idempotency_key_in_use" }),
    ],
    [
      "retry",
      "rate_limited",
      "429",
      stripeError(
        429,
        { type: "invalid_request_error", code: "rate_limit" },
        { "stripe-rate-limited-reason": "endpoint-rate" },
      ),
    ],
    [
      "retry",
      "lock_timeout",
      "429 for a lock",
      stripeError(429, { type: "invalid_request_error", code: "lock_timeout" }),
    ],
    [
      "retry",
      "lock_timeout",
      "400 for a lock",
      stripeError(400, { type: "invalid_request_error", code: "lock_timeout" }),
    ],
    ["retry", "api_error", "500", stripeError(500, { type: "api_error" })],
    [
      "retry",
      "api_error",
      "503 that may be repeated",
      stripeError(503, { type: "api_error" }, { "stripe-should-retry": "true" }),
    ],
    [
      "retry",
      "unreadable_answer",
      "a proxy's page",
      { status: 502, text: "<html>Bad gateway</html>" },
    ],
    ["retry", "unexpected_answer", "500 without an error object", json(500, { message: "oops" })],
    [
      "retry",
      "unexpected_answer",
      "200 with something else",
      json(200, { id: "sub_1", object: "subscription" }),
    ],
    ["retry", "unreadable_answer", "200 cut short", { status: 200, text: '{"id": "cus_Fa' }],
    [
      "ambiguous",
      "api_error",
      "500 that shall not be repeated",
      stripeError(500, { type: "api_error" }, { "stripe-should-retry": "false" }),
    ],
    ["ambiguous", "api_error", "500 replayed", stripeError(500, { type: "api_error" }, replayed)],
    [
      "ambiguous",
      "idempotency_error",
      "another body under the key",
      stripeError(400, { type: "idempotency_error" }),
    ],
    [
      "ambiguous",
      "replayed_deleted_customer",
      "a customer deleted since",
      json(200, { id: "cus_Fake1", object: "customer", deleted: true }),
    ],
    [
      "permanent",
      "email_invalid",
      "400 for the e-mail",
      stripeError(400, { type: "invalid_request_error", code: "email_invalid", param: "email" }),
    ],
    ["permanent", "card_error", "402", stripeError(402, { type: "card_error" })],
    [
      "retry",
      "parameter_unknown",
      "400 that may be repeated",
      stripeError(
        400,
        { type: "invalid_request_error", code: "parameter_unknown" },
        { "stripe-should-retry": "true" },
      ),
    ],
    [
      "configuration",
      "invalid_request_error",
      "401",
      stripeError(401, { type: "invalid_request_error" }),
    ],
    [
      "configuration",
      "more_permissions_required",
      "403",
      stripeError(403, { type: "invalid_request_error", code: "more_permissions_required" }),
    ],
    [
      "configuration",
      "livemode_mismatch",
      "a customer of the other mode",
      json(200, customer({ livemode: true })),
    ],
  ])("is %s with code %s: %s", async (failureClass, code, _, answer) => {
    const failure = await failureOf(answer);
    expect(failure).toMatchObject({ class: failureClass, code });
    expect(failure.response.status).toBe(202);
    expect(await failure.response.json()).toMatchObject({ status: "deferred", reason: code });
    expect(stripe?.requests).toHaveLength(1);
    expect(log.lines("failed")).toMatchObject([{ class: failureClass, code }]);
    expect(log.lines("crashed")).toEqual([]);
  });
});

test("a report names status, type, parameter and request of a refusal, never Stripe's text", async () => {
  const { message } = await failureOf(
    stripeError(400, { type: "invalid_request_error", code: "email_invalid", param: "email" }),
  );
  expect(message).toBe(
    "Stripe answered HTTP 400, invalid_request_error, parameter email, request req_fake1.",
  );
});

test("a customer of the other mode is refused with both sides named", async () => {
  const { message } = await failureOf(json(200, customer({ livemode: true })));
  expect(message).toBe(
    "Stripe answered with livemode true, but this environment has LIVEMODE false.",
  );
});

test("a code or parameter that holds somebody's data is left out of the report", async () => {
  const { code, message } = await failureOf(
    stripeError(400, { type: "card_error", code: "ada@example.com", param: "name Ada Lovelace" }),
  );
  expect(code).toBe("card_error");
  expect(message).toBe("Stripe answered HTTP 400, card_error, request req_fake1.");
});

test("Stripe's wish to be asked later is handed to the database", async () => {
  await failureOf(stripeError(503, { type: "api_error" }, { "retry-after": "17" }));
  expect(database?.callsOf("stripe_sync_fail")).toMatchObject([{ retry_after_seconds: 17 }]);
});

describe("an update", () => {
  const update = job({
    action: "update",
    customer_id: "cus_Fake1",
    revision: 4,
    idempotency_key: `organization:${organization}:r4`,
  });
  const route = "POST /v1/customers/cus_Fake1";

  test.each<[string, ScriptedAnswer]>([
    [
      "is missing",
      stripeError(404, { type: "invalid_request_error", code: "resource_missing", param: "id" }),
    ],
    ["was deleted", json(200, { id: "cus_Fake1", object: "customer", deleted: true })],
  ])("of a customer that %s is reported and makes no other one", async (_, answer) => {
    const failure = await failureOf(answer, update, route);
    expect(failure).toMatchObject({ class: "permanent", code: "customer_deleted" });
    expect(stripe?.requests).toHaveLength(1);
  });

  test("of a customer that the other mode has is a configuration failure", async () => {
    const message =
      "No such customer: 'cus_Fake1'; a similar object exists in live mode, but a test mode key was used to make this request.";
    const answer = stripeError(404, {
      type: "invalid_request_error",
      code: "resource_missing",
      message,
    });
    const failure = await failureOf(answer, update, route);
    expect(failure).toMatchObject({ class: "configuration", code: "livemode_mismatch" });
  });

  test("sends the frozen data under the revision's key and reports the revision", async () => {
    await failureOf(json(200, customer()), update, route);
    expect(stripe?.requests).toMatchObject([
      { headers: { "idempotency-key": `organization:${organization}:r4` } },
    ]);
    expect(database?.callsOf("stripe_sync_complete")).toMatchObject([
      { customer: "cus_Fake1", revision: 4 },
    ]);
  });
});
