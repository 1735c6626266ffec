import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type StripeCloud, startStripe } from "../../../local/stripe/index.ts";
import { sandboxTenant } from "../../../local/tenants.ts";
import { startStripeProcess } from "./stripe-process.ts";
import { clientOf, failureOf } from "./stripe-under-test.ts";
import { webhookReceiver } from "./webhook-receiver.ts";

const { accountId, secretKey } = sandboxTenant.stripe;
const HOUR_MS = 60 * 60 * 1000;

test("a restart goes on with customers, keys, endpoints, events and the clock", async () => {
  const folder = await temporaryFolder();
  const before = await start(folder);
  const { account, stripe } = before;
  account.clock.advance(5 * HOUR_MS);
  const idempotencyKey = "organization:1:g1";
  const created = await stripe.customers.create({ name: "Ada" }, { idempotencyKey });
  const deleted = await stripe.customers.create({});
  await stripe.customers.del(deleted.id);
  await stripe.customers.update(created.id, { name: "Grace", metadata: { region: "eu" } });
  const endpoint = await stripe.webhookEndpoints.create({
    url: "http://127.0.0.1:9/webhooks/stripe",
    enabled_events: ["invoice.paid"],
  });
  const addedKey = "sk_test_fake_added_before_the_restart";
  account.addKey({ key: addedKey, permissions: null });
  account.revokeKey(secretKey);
  await before.cloud.close();

  // Twice, because the first start rewrites the state in a shorter form.
  await (await start(folder)).cloud.close();
  const { cloud, account: again } = await start(folder);
  const client = clientOf(cloud, addedKey);
  expect(await client.customers.create({ name: "Ada" }, { idempotencyKey })).toEqual(created);
  expect(again.customers()).toHaveLength(1);
  expect(again.customer(created.id)).toMatchObject({ name: "Grace", metadata: { region: "eu" } });
  expect(await client.customers.retrieve(deleted.id)).toMatchObject({ deleted: true });
  const { secret: _, ...shown } = endpoint;
  expect((await client.webhookEndpoints.list()).data).toEqual([shown]);
  expect(again.events()).toEqual(account.events());
  expect(Math.abs(again.clock.now() - Date.now() - 5 * HOUR_MS)).toBeLessThan(60_000);
  expect(await failureOf(clientOf(cloud, secretKey).customers.list())).toMatchObject({
    code: "api_key_expired",
  });
});

test("search is as far behind after a restart as before it", async () => {
  const folder = await temporaryFolder();
  const before = await start(folder);
  await before.stripe.customers.create({ name: "Ada" });
  await before.cloud.close();
  const { account, stripe } = await start(folder);
  account.searchLagMs = HOUR_MS;
  const search = async () => (await stripe.customers.search({ query: "name:'Ada'" })).data.length;
  expect(await search()).toBe(0);
  account.clock.advance(HOUR_MS);
  expect(await search()).toBe(1);
});

test("an event that was not delivered before the restart is delivered after it", async () => {
  const folder = await temporaryFolder();
  const receiver = await webhookReceiver();
  receiver.answers.push(503);
  const before = await start(folder);
  before.account.webhooks.options.firstRetryMs = HOUR_MS;
  const { secret = "" } = await before.stripe.webhookEndpoints.create({
    url: receiver.url,
    enabled_events: ["*"],
  });
  const { id } = await before.stripe.customers.create({});
  while (before.account.webhooks.deliveries().length < 1) await pause(5);
  await before.cloud.close();

  const { account } = await start(folder);
  await account.webhooks.settled();
  const [, second] = await receiver.events(secret);
  expect(second).toMatchObject({ type: "customer.created", data: { object: { id } } });
  expect(account.events()[0]?.pending_webhooks).toBe(0);
});

/** Requests under way at the same time. */
const SENDERS = 20;

test("what was answered before a kill at any moment is there after it, and nothing twice", async () => {
  const folder = await temporaryFolder();
  const answered: string[] = [];
  const sent: string[] = [];
  for (let round = 0; round < 5; round++) {
    const running = await startStripeProcess(folder);
    const create = async (key: string) => {
      const body = new URLSearchParams({ "metadata[key]": key });
      const response = await fetch(`${running.url}/v1/customers`, {
        method: "POST",
        headers: { authorization: `Bearer ${secretKey}`, "idempotency-key": key },
        body,
      });
      await response.json();
      answered.push(key);
    };
    // What the kill left open in the round before, is sent again under the same key.
    const open = sent.filter((key) => !answered.includes(key));
    const waiting = [...open, ...Array.from({ length: 400 }, (_, n) => `round-${round}-${n}`)];
    const sender = async () => {
      for (let key = waiting.shift(); key !== undefined; key = waiting.shift()) {
        if (!open.includes(key)) sent.push(key);
        await create(key);
      }
    };
    // Some are answered and some are on their way, however fast the machine is.
    const enough = answered.length + 1 + round * 20;
    const sending = Promise.allSettled(Array.from({ length: SENDERS }, sender));
    while (answered.length < enough) await pause(1);
    await running.kill();
    await sending;
  }
  const { account } = await start(folder);
  const made = account.customers().map(({ metadata }) => metadata.key ?? "");
  expect(new Set(made).size).toBe(made.length);
  expect(answered.filter((key) => !made.includes(key))).toEqual([]);
  expect(answered.length).toBeLessThan(sent.length);
});

test("half a line at the end is the trace of a kill and is dropped", async () => {
  const folder = await temporaryFolder();
  const { cloud, stripe } = await start(folder);
  const { id } = await stripe.customers.create({ name: "Ada" });
  await cloud.close();
  await appendFile(join(folder, `${accountId}.jsonl`), '[{"type":"customer","cust');
  const { account, stripe: again } = await start(folder);
  expect(account.customers().map((customer) => customer.id)).toEqual([id]);
  await again.customers.create({});
  expect(account.customers()).toHaveLength(2);
});

test("damage in the middle is told instead of dropping what comes after it", async () => {
  const folder = await temporaryFolder();
  const { cloud, stripe } = await start(folder);
  await stripe.customers.create({ name: "Ada" });
  await cloud.close();
  const file = join(folder, `${accountId}.jsonl`);
  await writeFile(file, `{"type":\n${await readFile(file, "utf8")}`);
  await expect(start(folder)).rejects.toThrow("damaged in the middle");
});

test("the state can be read by its owner only: it holds signing secrets", async () => {
  const folder = await temporaryFolder();
  await start(folder);
  expect((await stat(join(folder, `${accountId}.jsonl`))).mode & 0o777).toBe(0o600);
});

async function start(stateFolder: string) {
  const cloud: StripeCloud = await startStripe({ tenants: [sandboxTenant.stripe], stateFolder });
  onTestFinished(() => cloud.close());
  return { cloud, account: cloud.account(accountId), stripe: clientOf(cloud, secretKey) };
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "local-stripe-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
