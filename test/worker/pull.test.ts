import { afterEach, expect, test } from "vitest";
import { captureLog } from "./captured-log.ts";
import {
  Failure,
  job,
  linking,
  organization,
  type ScriptedDatabase,
  startScriptedDatabase,
} from "./scripted-database.ts";
import {
  type ScriptedAnswer,
  type ScriptedServer,
  startScriptedServer,
} from "./scripted-server.ts";
import { customer, stripeError } from "./scripted-stripe.ts";
import { workerUnderTest } from "./worker-under-test.ts";

const log = captureLog();
let database: ScriptedDatabase | undefined;
let stripe: ScriptedServer | undefined;
afterEach(async () => void (await Promise.all([database?.close(), stripe?.close()])));

const id = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

interface Backlog {
  /** Due jobs. */
  due: number;
  /** Claims that the pace lets go out empty before there are jobs again. */
  emptyClaims?: number;
  /** What the database says of the wait then. */
  waitMs?: number;
  answer?: (request: number) => ScriptedAnswer | Promise<ScriptedAnswer>;
  bindings?: Record<string, unknown>;
}

async function pullBacklog({ due, emptyClaims = 0, waitMs, answer, bindings }: Backlog) {
  let handedOut = 0;
  database = await startScriptedDatabase({
    ...linking,
    stripe_sync_claim: ({ how_many }, call) => {
      const number = call <= emptyClaims ? 0 : Math.min(Number(how_many), due - handedOut);
      const jobs = Array.from({ length: number }, (_, index) =>
        job({ organization_id: id(handedOut + index) }),
      );
      handedOut += number;
      return { jobs, deferred: null, more: handedOut < due, wait_ms: waitMs };
    },
  });
  let requests = 0;
  let atWork = 0;
  let mostAtWork = 0;
  stripe = await startScriptedServer(async () => {
    requests += 1;
    const request = requests;
    atWork += 1;
    mostAtWork = Math.max(mostAtWork, atWork);
    await new Promise((resolve) => setTimeout(resolve, 5));
    atWork -= 1;
    return answer?.(request) ?? { status: 200, json: customer({ id: `cus_Fake${request}` }) };
  });
  const overrides = { SUPABASE_URL: database.url, STRIPE_API_BASE: stripe.url, ...bindings };
  await workerUnderTest(overrides).tick();
  const [report] = log.lines("pulled");
  return { requests, mostAtWork, report, calls: database.calls.length };
}

test("the cron works on every due job, a few at a time, and says how it ended", async () => {
  const { requests, mostAtWork, report } = await pullBacklog({ due: 30 });
  expect({ requests, mostAtWork }).toEqual({ requests: 30, mostAtWork: 4 });
  expect(report).toMatchObject({ source: "cron", linked: 30, deferred: 0, stopped: "idle" });
  expect(database?.callsOf("stripe_sync_claim")[0]).toEqual({
    organization: null,
    how_many: 4,
    lease_seconds: 120,
    source: "cron",
    environment: "local",
  });
});

test("a pull waits for the pace while due jobs are left", async () => {
  const { report, calls } = await pullBacklog({ due: 2, emptyClaims: 2 });
  expect(report).toMatchObject({ linked: 2, stopped: "idle" });
  expect(report?.ms).toBeGreaterThanOrEqual(490);
  expect(calls).toBe(6);
});

test("a pull waits as long as the database says, but never for more than a second", async () => {
  const soon = await pullBacklog({ due: 2, emptyClaims: 2, waitMs: 20 });
  expect(soon.report).toMatchObject({ linked: 2, stopped: "idle" });
  expect(soon.report?.ms).toBeLessThan(490);
  await Promise.all([database?.close(), stripe?.close()]);
  const [, late] = [
    await pullBacklog({ due: 1, emptyClaims: 1, waitMs: 3_600_000 }),
    log.lines("pulled").at(-1),
  ];
  expect(late).toMatchObject({ linked: 1, stopped: "idle" });
  expect(late?.ms).toBeGreaterThanOrEqual(990);
});

// Seen to fail without limitReached()'s last line in sync/pull.ts: over 50 subrequests.
test("a pull stays within the free plan's 50 subrequests when no other limit is set", async () => {
  const { requests, report, calls } = await pullBacklog({
    due: 100,
    bindings: { SUBREQUEST_LIMIT: undefined },
  });
  expect(report).toMatchObject({ stopped: "subrequests" });
  expect(requests + calls).toBeLessThanOrEqual(50);
  expect(requests + calls).toBeGreaterThan(30);
});

test("a wrong key ends the pull after one round, so that the backlog does not back off", async () => {
  const { requests, report } = await pullBacklog({
    due: 100,
    answer: () => stripeError(401, { type: "invalid_request_error" }),
  });
  expect(requests).toBe(4);
  expect(report).toMatchObject({ deferred: 4, stopped: "stripe" });
});

test("a refusal for the rate ends the pull after its round", async () => {
  const { requests, report } = await pullBacklog({
    due: 100,
    answer: (request) =>
      request === 3
        ? stripeError(429, { type: "invalid_request_error", code: "rate_limit" })
        : { status: 200, json: customer() },
  });
  expect(requests).toBe(4);
  expect(report).toMatchObject({ linked: 3, deferred: 1, stopped: "stripe" });
});

test("a Stripe that is down ends the pull after its round", async () => {
  const { requests } = await pullBacklog({ due: 100, answer: () => "reset" });
  expect(requests).toBe(4);
});

test("one job that fails does not hold up the others", async () => {
  const { report } = await pullBacklog({
    due: 30,
    answer: (request) =>
      request === 2
        ? stripeError(400, { type: "invalid_request_error", code: "email_invalid" })
        : { status: 200, json: customer() },
  });
  expect(report).toMatchObject({ linked: 29, deferred: 1, stopped: "idle" });
});

test("a pull that cannot claim fails, so that the platform counts a failed invocation", async () => {
  database = await startScriptedDatabase({ stripe_sync_claim: () => new Failure(401, "PGRST301") });
  await expect(workerUnderTest({ SUPABASE_URL: database.url }).tick()).rejects.toThrow(
    "stripe_sync_claim: HTTP 401, code PGRST301",
  );
  expect(log.lines("database_failed")).toHaveLength(1);
});

test("a webhook that the pace holds back is answered at once and worked off behind the answer", async () => {
  let paced = true;
  database = await startScriptedDatabase({
    ...linking,
    stripe_sync_claim: (args, call) => {
      if (args.organization !== null) {
        const deferred = { reason: "pace", retry_after_seconds: 1, customer_id: null };
        return { jobs: [], deferred, more: true };
      }
      paced = call < 4;
      return { jobs: paced ? [] : [job()], deferred: null, more: paced };
    },
  });
  stripe = await startScriptedServer(() => ({ status: 200, json: customer() }));
  const worker = workerUnderTest({ SUPABASE_URL: database.url, STRIPE_API_BASE: stripe.url });
  const responses = await Promise.all([worker.ring(organization), worker.ring(organization)]);
  expect(responses.map(({ status }) => status)).toEqual([202, 202]);
  expect(await responses[0]?.json()).toMatchObject({ reason: "pace", retry_after_seconds: 1 });
  expect(database.callsOf("stripe_sync_complete")).toHaveLength(1);
  expect(log.lines("pulled")).toMatchObject([{ source: "webhook", linked: 1, stopped: "idle" }]);
});
