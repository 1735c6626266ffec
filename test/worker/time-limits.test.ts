import { afterEach, expect, test, vi } from "vitest";
import * as limits from "../../worker/limits.ts";
import { captureLog } from "./captured-log.ts";
import {
  claimOnce,
  job,
  linking,
  organization,
  type ScriptedDatabase,
  startScriptedDatabase,
} from "./scripted-database.ts";
import { type ScriptedServer, startScriptedServer } from "./scripted-server.ts";
import { startScriptedStripe } from "./scripted-stripe.ts";
import { workerUnderTest } from "./worker-under-test.ts";

captureLog();
let database: ScriptedDatabase | undefined;
let silent: ScriptedServer | undefined;
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all([database?.close(), silent?.close()]);
});

test("a Stripe that never answers is given up after ten seconds and asked again later", async () => {
  database = await startScriptedDatabase({ ...linking, stripe_sync_claim: claimOnce(job()) });
  const stripe = await startScriptedStripe({ "POST /v1/customers": "silence" });
  silent = stripe;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const answer = workerUnderTest({
    SUPABASE_URL: database.url,
    STRIPE_API_BASE: stripe.url,
  }).ring(organization);
  while (stripe.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
  vi.advanceTimersByTime(limits.STRIPE_CALL_MS);
  expect((await answer).status).toBe(202);
  expect(database.callsOf("stripe_sync_fail")).toMatchObject([
    { class: "retry", error: { code: "stripe_timeout" } },
  ]);
});

test("a database that never answers is given up after five seconds", async () => {
  silent = await startScriptedServer(() => "silence");
  const started = Date.now();
  const response = await workerUnderTest({ SUPABASE_URL: silent.url }).ring(organization);
  expect(response.status).toBe(503);
  expect(Date.now() - started).toBeLessThan(limits.REST_CALL_MS + 1000);
});

test("a lease outlasts the longest job that holds it", () => {
  expect(limits.LEASE_SECONDS * 1000).toBeGreaterThan(limits.LONGEST_JOB_MS);
});
