import Stripe from "stripe";
import { expect, test } from "vitest";
import { sandboxTenant } from "../../local/tenants.ts";
import { testBindings } from "./bindings.ts";
import { captureLog } from "./captured-log.ts";
import { type ScriptedServer, startScriptedServer } from "./scripted-server.ts";
import { type WholePath, wholePaths } from "./whole-path.ts";
import { type WorkerUnderTest, workerUnderTest } from "./worker-under-test.ts";

const log = captureLog();
const path = wholePaths();

/** Registers the Worker's webhook with the double, and works with it until it is closed. */
async function withEndpoint(
  whole: WholePath,
  story: (stripe: Stripe) => Promise<void>,
): Promise<void> {
  const { hostname, port } = new URL(whole.cloud.url);
  const sdk = new Stripe(sandboxTenant.stripe.secretKey, {
    host: hostname,
    port,
    protocol: "http",
  });
  let worker: WorkerUnderTest = whole.worker;
  const server: ScriptedServer = await startScriptedServer(async ({ headers, body }) => {
    const response = await worker.fetch("/webhooks/stripe", {
      method: "POST",
      headers: {
        "content-type": headers["content-type"] ?? "",
        "stripe-signature": headers["stripe-signature"] ?? "",
      },
      body,
    });
    return { status: response.status, text: await response.text() };
  });
  try {
    const endpoint = await sdk.webhookEndpoints.create({
      url: `${server.url}/webhooks/stripe`,
      enabled_events: ["customer.created", "customer.updated", "customer.deleted"],
    });
    worker = workerUnderTest({ ...whole.worker.bindings, STRIPE_WEBHOOK_SECRET: endpoint.secret });
    await story(sdk);
  } finally {
    await server.close();
  }
}

test("the customer of a lost answer is adopted from Stripe's event", async () => {
  const whole = await path();
  await withEndpoint(whole, async () => {
    const organization = await whole.database.signUp();
    whole.stripe.faults.next({ kind: "reset", when: "after" });
    await whole.worker.ring(organization);
    await whole.stripe.webhooks.settled();
    expect(await whole.linked(organization)).toBe(whole.stripe.customers()[0]?.id);
    expect(whole.creates()).toHaveLength(1);
  });
});

// Meant to fail without the branch `kind = 'deleted'` of stripe_sync_customer_event(), and with wake()
// taking up a job whose customer was deleted.
test("a customer deleted by hand is reported, and made again only when somebody asks for it", async () => {
  const whole = await path();
  await withEndpoint(whole, async (sdk) => {
    const organization = await whole.database.signUp();
    await whole.worker.ring(organization);
    const deleted = (await whole.linked(organization)) ?? "";
    await sdk.customers.del(deleted);
    await whole.stripe.webhooks.settled();
    expect(log.lines("stripe_event")).toContainEqual(
      expect.objectContaining({ kind: "deleted", outcome: "deleted", customer_id: deleted }),
    );
    expect(await whole.database.job(organization)).toMatchObject({
      state: "dead",
      last_error: { code: "customer_deleted" },
    });
    expect(await health(whole)).toMatchObject({ jobs: { dead: 1 }, customers_deleted: 1 });

    await whole.database.sql`update public.organizations set region = 'us'`;
    await whole.worker.ring(organization);
    await whole.worker.tick();
    whole.stripe.webhooks.resend(whole.stripe.events()[0]?.id ?? "");
    await whole.stripe.webhooks.settled();
    expect(whole.stripe.customers()).toEqual([]);

    await whole.database.sql`select stripe_sync.requeue(${organization})`;
    await whole.worker.tick();
    await whole.stripe.webhooks.settled();
    expect(whole.stripe.customers()).toMatchObject([{ id: await whole.linked(organization) }]);
    expect(await health(whole)).toMatchObject({ jobs: { linked: 1 }, customers_deleted: 0 });
  });
});

test("metadata removed by hand is put back, and that ends there", async () => {
  const whole = await path();
  await withEndpoint(whole, async (sdk) => {
    const organization = await whole.database.signUp({ organization: "Engines" });
    await whole.worker.ring(organization);
    const customer = (await whole.linked(organization)) ?? "";
    await sdk.customers.update(customer, { metadata: { organization_id: "", organization: "" } });
    for (let round = 1; round <= 4; round++) {
      await whole.stripe.webhooks.settled();
      await whole.worker.tick();
    }
    expect(whole.stripe.customer(customer)?.metadata).toMatchObject({
      organization_id: organization,
      organization: "Engines",
    });
    const updates = whole.stripe
      .requests()
      .filter(({ endpoint }) => endpoint === "POST /v1/customers/:id");
    expect(updates).toHaveLength(2);
  });
});

test("a customer that somebody made by hand changes nothing", async () => {
  const whole = await path();
  await withEndpoint(whole, async (sdk) => {
    const customer = await sdk.customers.create({ name: "By hand" });
    await sdk.customers.update(customer.id, { name: "Changed by hand" });
    await sdk.customers.del(customer.id);
    await whole.stripe.webhooks.settled();
    expect(whole.stripe.webhooks.deliveries().every(({ status }) => status === 200)).toBe(true);
    expect(log.lines("crashed")).toEqual([]);
    expect(await whole.database.sql`select 1 from stripe_sync.jobs`).toHaveLength(0);
  });
});

/** What the operator sees. */
async function health({ worker }: WholePath): Promise<unknown> {
  const headers = { authorization: `Bearer ${testBindings.OPERATOR_TOKEN}` };
  return (await worker.fetch("/health", { headers })).json();
}
