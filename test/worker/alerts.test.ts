import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { ALERT_MS } from "../../worker/limits.ts";
import { runbooks } from "../../worker/watch/alert-body.ts";
import { captureLog } from "./captured-log.ts";
import {
  type ScriptedAnswer,
  type ScriptedServer,
  startScriptedServer,
} from "./scripted-server.ts";
import { type WholePath, wholePaths } from "./whole-path.ts";
import { workerUnderTest } from "./worker-under-test.ts";

const log = captureLog();
const newPath = wholePaths();
const opened: ScriptedServer[] = [];
afterEach(async () => void (await Promise.all(opened.splice(0).map((server) => server.close()))));

const HOUR = 3_600;
const TOKEN = "fake-token-in-the-address";

/** A path whose Worker tells a receiver at an address with a token in it. */
async function watched(answer: () => ScriptedAnswer = () => ({ status: 200, text: "ok" })) {
  const path = await newPath();
  const receiver = await startScriptedServer(answer);
  opened.push(receiver);
  const bindings = { ...path.worker.bindings, ALERT_URL: `${receiver.url}/hooks/${TOKEN}` };
  return { path, receiver, worker: workerUnderTest(bindings), bindings };
}

/** An organization that Stripe refuses for good. */
async function deadJob({ database, stripe, worker }: WholePath): Promise<string> {
  const organization = await database.signUp();
  const error = { type: "invalid_request_error", code: "email_invalid" } as const;
  stripe.faults.next({ kind: "answer", when: "before", status: 400, error });
  await worker.ring(organization);
  return organization;
}

async function timePasses({ database }: WholePath, seconds: number): Promise<void> {
  await database.sql`update stripe_sync.jobs set created_at = created_at - make_interval(secs => ${seconds})`;
  await database.sql`update stripe_sync.alerts set told_at = told_at - make_interval(secs => ${seconds})`;
}

const told = (receiver: ScriptedServer) =>
  receiver.requests.map(({ body }) => JSON.parse(body) as Record<string, unknown>);

test("each firing of the cron says in one line what was done and what is left", async () => {
  const { path, worker } = await watched();
  await path.database.signUp();
  await worker.tick();
  await worker.tick();
  expect(log.lines("pulled")).toMatchObject([
    { level: "info", source: "cron", linked: 1, backlog: { due: 0, dead: 0 }, passed: [] },
    { linked: 0, stopped: "idle", backlog: { oldest_waiting_seconds: null } },
  ]);
});

test("a dead job is told once, in words for people and in fields for programs", async () => {
  const { path, receiver, worker } = await watched();
  await deadJob(path);
  await worker.tick();
  await worker.tick();
  expect(told(receiver)).toEqual([
    {
      text: [
        "stripe-customer-sync, testing:",
        "- 1 job dead: Stripe refused the data or the customer was deleted there, and nothing more happens by itself. Runbook: docs/runbooks/dead-jobs.md",
        "What is wrong: npm run doctor -- --stack testing",
      ].join("\n"),
      source: "stripe-customer-sync",
      environment: "testing",
      alerts: [
        {
          cause: "dead_jobs",
          dedup_key: "stripe-customer-sync:testing:dead_jobs",
          summary:
            "1 job dead: Stripe refused the data or the customer was deleted there, and nothing more happens by itself.",
          runbook: "docs/runbooks/dead-jobs.md",
        },
      ],
      backlog: expect.objectContaining({ dead: 1, due: 0 }),
    },
  ]);
  expect(receiver.requests[0]?.headers["content-type"]).toBe("application/json");
  expect(log.lines("alerted")).toMatchObject([{ causes: ["dead_jobs"] }]);
  expect(log.lines("pulled").map(({ level, passed }) => [level, passed])).toEqual([
    ["warn", ["dead_jobs"]],
    ["warn", ["dead_jobs"]],
  ]);
});

test("it is told again when an hour has passed and it is still so", async () => {
  const { path, receiver, worker } = await watched();
  await deadJob(path);
  await worker.tick();
  await timePasses(path, HOUR);
  await worker.tick();
  expect(receiver.requests).toHaveLength(2);
});

test("five Workers that fire at once tell it once", async () => {
  const { path, receiver, bindings } = await watched();
  await deadJob(path);
  await Promise.all(Array.from({ length: 5 }, () => workerUnderTest(bindings).tick()));
  expect(receiver.requests).toHaveLength(1);
});

test("a backlog and a silent webhook are told together, each with its runbook", async () => {
  const { path, receiver, worker } = await watched();
  const waiting = await path.database.signUp();
  await path.database.sql`update stripe_sync.jobs set next_attempt_at = now() + interval '1 hour'`;
  await path.database.sql`update stripe_sync.alerts set watched_since = now() - interval '2 hours'`;
  await timePasses(path, 400);
  await worker.tick();
  const [body] = told(receiver);
  expect(body?.text).toContain(
    "An organization has waited for its Stripe customer for 6 minutes; 1 open job, 0 parked.",
  );
  expect(body?.text).toContain("The webhook has never rung, though 1 organization came lately.");
  expect(JSON.stringify(body)).not.toContain(waiting);
});

test("the stack's thresholds are the ones that count", async () => {
  const { path, receiver, bindings } = await watched();
  await deadJob(path);
  await path.database.signUp();
  await path.database.sql`update stripe_sync.jobs set next_attempt_at = now() + interval '1 hour'`;
  await timePasses(path, 100);
  await workerUnderTest({ ...bindings, ALERT_DEAD_JOBS: "2" }).tick();
  expect(receiver.requests).toHaveLength(0);
  await workerUnderTest({
    ...bindings,
    ALERT_DEAD_JOBS: "2",
    ALERT_UNLINKED_SECONDS: "60",
  }).tick();
  expect(told(receiver)).toMatchObject([{ alerts: [{ cause: "unlinked" }] }]);
});

// Seen to fail without the call of jobs.alerted() in watch/tell-operator.ts, and when it says true.
test.each<[string, ScriptedAnswer, string]>([
  ["refuses", { status: 500, json: {} }, "HTTP 500"],
  ["redirects", { status: 302, headers: { location: "/elsewhere" }, text: "" }, "HTTP 302"],
  ["hangs up", "reset", "not reachable"],
])("a receiver that %s is told again with the next pull", async (_, failure, reason) => {
  const answers: ScriptedAnswer[] = [failure];
  const { path, receiver, worker } = await watched(
    () => answers.pop() ?? { status: 204, text: "" },
  );
  await deadJob(path);
  await worker.tick();
  expect(log.lines("alert_failed")).toMatchObject([{ causes: ["dead_jobs"], reason }]);
  await worker.tick();
  await worker.tick();
  expect(receiver.requests).toHaveLength(2);
  expect(receiver.requests.map(({ path: at }) => at)).not.toContain("/elsewhere");
  expect(log.text()).not.toContain(TOKEN);
});

// Seen to hang without `signal` in watch/tell-operator.ts, and to link nothing in time when
// pull-and-watch.ts tells the operator before it pulls.
test("a receiver that never answers holds nothing up: the work is done, then it is given up", async () => {
  let linkedBefore: string | null = null;
  const { path, worker } = await watched(() => "silence");
  await deadJob(path);
  const organization = await path.database.signUp();
  const started = Date.now();
  const firing = worker.tick();
  await expect
    .poll(async () => {
      linkedBefore = await path.linked(organization);
      return linkedBefore;
    })
    .not.toBeNull();
  expect(log.lines("alert_failed")).toEqual([]);
  await firing;
  expect(log.lines("alert_failed")).toMatchObject([{ reason: `no answer within ${ALERT_MS} ms` }]);
  expect(Date.now() - started).toBeLessThan(6 * ALERT_MS);
});

test("without an address nobody is told, and the line says which threshold is passed", async () => {
  const path = await newPath();
  await deadJob(path);
  await path.worker.tick();
  expect(log.lines("pulled")).toMatchObject([{ level: "warn", passed: ["dead_jobs"] }]);
  expect(log.lines("alerted")).toEqual([]);
});

test("a database without the alert functions costs the numbers, not the pull", async () => {
  const { path, worker } = await watched();
  path.rest.refuse("due_alerts", 404);
  const organization = await path.database.signUp();
  await worker.tick();
  expect(await path.linked(organization)).not.toBeNull();
  expect(log.lines("pulled")[0]).not.toHaveProperty("backlog");
  expect(log.lines("watch_failed")).toMatchObject([{ status: 404 }]);
});

test("when jobs cannot be claimed the backlog is told all the same", async () => {
  const { path, receiver, worker } = await watched();
  await deadJob(path);
  path.rest.refuse("claim", 500);
  await expect(worker.tick()).rejects.toThrow("stripe_sync_claim");
  expect(receiver.requests).toHaveLength(1);
});

test("each runbook that an alert names is there", () => {
  for (const runbook of Object.values(runbooks)) {
    expect(existsSync(join(import.meta.dirname, "../..", runbook)), runbook).toBe(true);
  }
});
