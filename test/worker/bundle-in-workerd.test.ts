import { Miniflare } from "miniflare";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleWorker } from "../../infra/worker-bundle.ts";
import { testBindings } from "./bindings.ts";
import {
  claimOnce,
  job,
  linking,
  nothingDue,
  organization,
  type ScriptedDatabase,
  startScriptedDatabase,
} from "./scripted-database.ts";
import { customer, startScriptedStripe } from "./scripted-stripe.ts";

let code: string;
let database: ScriptedDatabase;
let stripe: Awaited<ReturnType<typeof startScriptedStripe>>;
let miniflare: Miniflare;
const lines: string[] = [];

beforeAll(async () => {
  const { modules, mainModule } = await bundleWorker();
  const main = modules.find(({ name }) => name === mainModule);
  code = Buffer.from(main?.contentBase64 ?? "", "base64").toString("utf8");
  stripe = await startScriptedStripe({
    "POST /alerts": { status: 200, text: "ok" },
    "POST /v1/customers": (call) =>
      call === 3 ? "silence" : { status: 200, json: customer({ id: `cus_Fake${call}` }) },
  });
  const claim = { jobs: [job()], deferred: null, more: false };
  database = await startScriptedDatabase({
    ...linking,
    stripe_sync_claim: ({ organization: asked }) =>
      asked === null ? claimOnce(job())({}, 1) : claim,
    stripe_sync_due_alerts: () => ({
      ...nothingDue,
      passed: ["dead_jobs"],
      due: ["dead_jobs"],
      claim: "7d1c9f52-2f0b-4c55-8a43-3f8f6a8f1a22",
    }),
    stripe_sync_alerted: () => 1,
  });
  miniflare = new Miniflare({
    modules: [{ type: "ESModule", path: "index.js", contents: code }],
    compatibilityDate: "2026-07-01",
    cf: false,
    handleStructuredLogs: ({ message }: { message: string }) => void lines.push(message),
    bindings: {
      ...testBindings,
      SUPABASE_URL: database.url,
      STRIPE_API_BASE: stripe.url,
      ALERT_URL: `${stripe.url}/alerts`,
    },
  });
  await miniflare.ready;
});
afterAll(() => Promise.all([miniflare?.dispose(), stripe?.close(), database?.close()]));

const ring = () =>
  miniflare.dispatchFetch("https://sync.example.com/webhooks/supabase", {
    method: "POST",
    headers: {
      authorization: `Bearer ${testBindings.WEBHOOK_TOKEN}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({
      type: "INSERT",
      table: "organizations",
      schema: "public",
      record: { id: organization },
    }),
  });

test("the bundle is under 300 KB and has nothing of Node in it", () => {
  expect(Buffer.byteLength(code)).toBeLessThan(300_000);
  const imports = code.match(/["']node:[a-z_/]+["']|\bfrom ?["'][^"']*["']|\brequire\(/g);
  expect(imports).toBeNull();
});

test("in workerd a webhook links its organization", async () => {
  const response = await ring();
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ status: "linked", customer_id: "cus_Fake1" });
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ event: "linked" }]);
});

test("in workerd the cron trigger pulls due jobs", async () => {
  const worker = await miniflare.getWorker();
  const { outcome } = await worker.scheduled({ cron: "* * * * *" });
  expect(outcome).toBe("ok");
  expect(database.callsOf("stripe_sync_complete").at(-1)).toMatchObject({ customer: "cus_Fake2" });
  const alert = stripe.requests.find(({ path }) => path === "/alerts");
  expect(JSON.parse(alert?.body ?? "")).toMatchObject({ alerts: [{ cause: "dead_jobs" }] });
  expect(database.callsOf("stripe_sync_alerted")).toMatchObject([{ told: true }]);
});

test("in workerd a Stripe that never answers is given up", async () => {
  const response = await ring();
  expect(await response.json()).toMatchObject({ status: "deferred", reason: "stripe_timeout" });
}, 20_000);

test("in workerd a signed event of Stripe is verified", async () => {
  const response = await miniflare.dispatchFetch("https://sync.example.com/webhooks/stripe", {
    method: "POST",
    headers: { "content-type": "application/json", "stripe-signature": "t=1,v1=00" },
    body: "{}",
  });
  expect(await response.json()).toMatchObject({ error: { code: "invalid_signature" } });
});

test("in workerd live answers with fingerprints", async () => {
  const response = await miniflare.dispatchFetch("https://sync.example.com/live?nonce=1", {
    headers: { authorization: `Bearer ${testBindings.OPERATOR_TOKEN}` },
  });
  const { fingerprints } = (await response.json()) as { fingerprints: Record<string, string> };
  expect(fingerprints.WEBHOOK_TOKEN).toMatch(/^[0-9a-f]{16}$/);
});

test("in workerd a body over the limit is refused", async () => {
  const response = await miniflare.dispatchFetch("https://sync.example.com/webhooks/supabase", {
    method: "POST",
    headers: {
      authorization: `Bearer ${testBindings.WEBHOOK_TOKEN}`,
      "content-type": "application/json",
    },
    body: "x".repeat(300_000),
  });
  expect(response.status).toBe(413);
});
