import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testBindings } from "./bindings.ts";
import { captureLog } from "./captured-log.ts";
import { organization } from "./scripted-database.ts";
import { type ScriptedServer, startScriptedServer } from "./scripted-server.ts";
import { workerUnderTest } from "./worker-under-test.ts";

const log = captureLog();
let outside: ScriptedServer;
const post = (body: RequestInit["body"], headers: Record<string, string> = {}) => ({
  method: "POST",
  headers: {
    authorization: `Bearer ${testBindings.WEBHOOK_TOKEN}`,
    "content-type": "application/json",
    ...headers,
  },
  body: body ?? null,
  duplex: "half",
});
const payload = (changes: Record<string, unknown>) =>
  JSON.stringify({
    type: "INSERT",
    table: "organizations",
    schema: "public",
    record: { id: organization },
    old_record: null,
    ...changes,
  });
const endless = () =>
  new ReadableStream({
    pull: (controller) => controller.enqueue(new TextEncoder().encode("x".repeat(65_536))),
  });
const broken = () =>
  new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode('{"type":')),
    pull: (controller) => controller.error(new Error("cut")),
  });

beforeAll(async () => {
  outside = await startScriptedServer(() => ({ status: 500, json: {} }));
});
afterAll(() => outside.close());

/** Neither the database nor Stripe hears of a refused request, and the answer quotes nothing. */
async function refusal(path: string, init: RequestInit) {
  const worker = workerUnderTest({ SUPABASE_URL: outside.url, STRIPE_API_BASE: outside.url });
  const response = await worker.fetch(path, init);
  const text = await response.text();
  expect(outside.requests).toEqual([]);
  expect(text + log.text()).not.toMatch(/hostile|\bat .*:\d+|worker\/|<script>|ada@example/);
  return { status: response.status, headers: response.headers, code: JSON.parse(text).error.code };
}

describe("a webhook body that is no event of organizations is refused with what is wrong", () => {
  test.each<[string, string, RequestInit["body"] | (() => ReadableStream)]>([
    ["invalid_json", "empty", ""],
    ["invalid_json", "cut short", payload({}).slice(0, -5)],
    ["invalid_json", "hostile text", "hostile<script>"],
    ["invalid_json", "a thousand brackets", "[".repeat(100_000)],
    ["invalid_encoding", "no UTF-8", new Uint8Array([0x22, 0xff, 0xfe, 0x22])],
    ["incomplete_body", "broken off", broken],
    ["invalid_payload", "null", "null"],
    ["invalid_payload", "a list", "[]"],
    ["invalid_payload", "a number", "1"],
    ["invalid_payload", "an unknown type", payload({ type: "hostile" })],
    ["invalid_payload", "a list as type", payload({ type: ["INSERT"] })],
    ["invalid_payload", "another table", payload({ table: "hostile" })],
    ["invalid_payload", "another schema", payload({ schema: "hostile" })],
    ["invalid_payload", "no record", payload({ record: null })],
    ["invalid_payload", "a text as record", payload({ record: "hostile" })],
    ["invalid_payload", "no id", payload({ record: { name: "hostile" } })],
    ["invalid_payload", "a number as id", payload({ record: { id: 1 } })],
    ["invalid_payload", "SQL as id", payload({ record: { id: "hostile' or 1=1; --" } })],
    ["invalid_payload", "an object as id", payload({ record: { id: { hostile: 1 } } })],
    ["invalid_payload", "__proto__", '{"__proto__":{"type":"INSERT"},"type":"hostile"}'],
  ])("%s: %s", async (code, _, body) => {
    const answer = await refusal(
      "/webhooks/supabase",
      post(typeof body === "function" ? body() : body),
    );
    expect(answer).toMatchObject({ status: 400, code });
  });
});

describe.each(["/webhooks/supabase", "/webhooks/stripe"])("%s", (path) => {
  test("refuses a body over 256 KB that says its length", async () => {
    const answer = await refusal(path, post("x".repeat(262_145)));
    expect(answer).toMatchObject({ status: 413, code: "body_too_large" });
  });

  test("refuses an endless body without a length", async () => {
    const answer = await refusal(path, post(endless()));
    expect(answer).toMatchObject({ status: 413, code: "body_too_large" });
  });

  test("refuses a body over 256 KB that says it is short", async () => {
    const answer = await refusal(path, post("x".repeat(300_000), { "content-length": "10" }));
    expect(answer).toMatchObject({ status: 413, code: "body_too_large" });
  });

  test.each(["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""])(
    "refuses content type '%s'",
    async (type) => {
      const answer = await refusal(path, post("{}", { "content-type": type }));
      expect(answer).toMatchObject({ status: 415, code: "unsupported_media_type" });
    },
  );

  test.each(["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])(
    "refuses method %s and names the one it takes",
    async (method) => {
      const worker = workerUnderTest();
      const response = await worker.fetch(path, { method });
      expect(response.status).toBe(405);
      expect(response.headers.get("allow")).toBe("POST");
    },
  );
});

test.each(["/health", "/live"])("%s refuses POST", async (path) => {
  expect(await refusal(path, post("{}"))).toMatchObject({ status: 405 });
});

test.each(["/", "/webhooks", "/webhooks/hostile", "/hostile", "/.env", "/live/.."])(
  "%s is not found",
  async (path) => {
    expect(await refusal(path, post("{}"))).toMatchObject({ status: 404, code: "not_found" });
  },
);

describe.each<[string, string, string]>([
  ["POST", "/webhooks/supabase", testBindings.WEBHOOK_TOKEN],
  ["GET", "/health", testBindings.OPERATOR_TOKEN],
  ["GET", "/live?nonce=1", testBindings.OPERATOR_TOKEN],
])("%s %s", (method, path, token) => {
  test.each<[string, string]>([
    ["no header", ""],
    ["no scheme", token],
    ["another scheme", `Basic ${token}`],
    ["an empty token", "Bearer "],
    ["a wrong token", "Bearer wrong"],
    ["the token cut short", `Bearer ${token.slice(0, -1)}`],
    ["the token and more", `Bearer ${token}x`],
    ["two tokens", `Bearer wrong ${token}`],
  ])("refuses %s", async (_, authorization) => {
    const init = { method, ...(method === "POST" && { body: "{}" }), headers: { authorization } };
    const answer = await refusal(path, init);
    expect(answer).toMatchObject({ status: 401, code: "unauthorized" });
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
    expect(log.lines("refused")).toMatchObject([{ code: "unauthorized" }]);
  });
});

test("an empty previous token opens nothing", async () => {
  const worker = workerUnderTest({ WEBHOOK_TOKEN_PREVIOUS: "" });
  const headers = { authorization: "Bearer ", "content-type": "application/json" };
  const response = await worker.fetch("/webhooks/supabase", {
    method: "POST",
    headers,
    body: "{}",
  });
  expect(response.status).toBe(401);
});

test("during a rotation the previous webhook token is accepted beside the new one", async () => {
  const worker = workerUnderTest({
    WEBHOOK_TOKEN: "new-token",
    WEBHOOK_TOKEN_PREVIOUS: testBindings.WEBHOOK_TOKEN,
  });
  expect((await worker.ring(organization, { type: "DELETE", record: null })).status).toBe(200);
});

test("a deleted organization changes nothing", async () => {
  const worker = workerUnderTest({ SUPABASE_URL: outside.url });
  const response = await worker.ring(organization, { type: "DELETE", record: null });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ status: "ignored" });
  expect(outside.requests).toEqual([]);
});
