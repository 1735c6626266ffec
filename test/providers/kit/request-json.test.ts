import { RequestError, requestJson } from "@stripe-customer-sync/provider-kit";
import { afterEach, expect, test } from "vitest";
import { type ScriptedAnswer, ScriptedApi } from "./scripted-api.ts";

let api: ScriptedApi | undefined;

afterEach(async () => {
  await api?.stop();
  api = undefined;
});

const quick = { firstPauseMilliseconds: 1, budgetMilliseconds: 2_000 };

async function ask(
  answers: ScriptedAnswer[],
  request: Partial<Parameters<typeof requestJson>[0]> = {},
  options: Parameters<typeof requestJson>[1] = quick,
) {
  api = new ScriptedApi(...answers);
  const origin = await api.start();
  const answer = requestJson(
    { api: "the Example API", method: "GET", url: `${origin}/things`, ...request },
    options,
  );
  return answer.catch((error: unknown) => error);
}

const status = (code: number, body: unknown = {}, headers = {}) =>
  Response.json(body, { status: code, headers });

test("a body goes and an answer comes as JSON; an empty one is undefined", async () => {
  expect(await ask([], { method: "PUT", body: { a: 1 } })).toEqual({ fine: true });
  expect(api?.requests).toEqual([{ method: "PUT", path: "/things", body: '{"a":1}' }]);
  await api?.stop();
  expect(await ask([new Response(null, { status: 204 })])).toBeUndefined();
});

test("429, 500 and a reset connection are tried again", async () => {
  expect(await ask([status(429), status(500), "reset"])).toEqual({ fine: true });
  expect(api?.requests).toHaveLength(4);
});

test("a request with an effect is not made again when its answer was lost", async () => {
  expect(await ask(["reset"], { method: "POST" })).toBeInstanceOf(RequestError);
  expect(api?.requests).toHaveLength(1);
  await api?.stop();
  expect(await ask([status(500)], { method: "POST" })).toMatchObject({ status: 500 });
  expect(api?.requests).toHaveLength(1);
});

test("a request with an effect is made again when it was refused, or may be repeated", async () => {
  expect(await ask([status(429)], { method: "POST" })).toEqual({ fine: true });
  await api?.stop();
  expect(await ask(["reset"], { method: "POST", idempotent: true })).toEqual({ fine: true });
});

test("Retry-After is honoured", async () => {
  const before = performance.now();
  await ask([status(429, {}, { "retry-after": "1" })]);
  expect(performance.now() - before).toBeGreaterThan(990);
});

test("a Retry-After beyond the budget ends the waiting at once", async () => {
  const before = performance.now();
  const error = await ask([status(429, {}, { "retry-after": "3600" })]);
  expect(error).toMatchObject({ status: 429, retryAfterMilliseconds: 3_600_000 });
  expect(performance.now() - before).toBeLessThan(1_000);
});

test("an answer that does not come in time is a failure with that reason", async () => {
  const error = await ask(["silence"], { timeoutMilliseconds: 50 }, { budgetMilliseconds: 1 });
  expect(String(error)).toContain("No answer from the Example API");
  expect(String(error)).toContain("it took too long");
});

test("a refusal carries the API's own words and the advice for its status", async () => {
  const error = await ask([status(403, { message: "No scope." })], {
    advice: { 403: "Give the token the scope things:read." },
  });
  expect(error).toMatchObject({ status: 403, body: { message: "No scope." } });
  expect(String(error)).toMatch(
    /the Example API \(GET 127\.0\.0\.1:\d+\/things\) answered 403: No scope\. Give the token the scope things:read\.$/,
  );
});

test("a cancelled operation ends the waiting with its reason", async () => {
  const cancellation = new AbortController();
  setTimeout(() => cancellation.abort(new Error("cancelled by the user")), 50);
  const answers = Array.from({ length: 50 }, () => status(500, {}, { "retry-after": "1" }));
  const before = performance.now();
  const error = await ask(answers, {}, { ...quick, signal: cancellation.signal });
  expect(String(error)).toContain("cancelled by the user");
  expect(performance.now() - before).toBeLessThan(900);
});

test("a redirect is not followed: it would take the token elsewhere", async () => {
  const elsewhere = new Response(null, { status: 302, headers: { location: "/other" } });
  const error = await ask([elsewhere], { method: "POST" });
  expect(error).toBeInstanceOf(RequestError);
  expect(api?.requests).toHaveLength(1);
});
