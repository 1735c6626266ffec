import Stripe from "stripe";
import { expect, test } from "vitest";
import { failureOf, stripeUnderTest } from "./stripe-under-test.ts";
import { webhookReceiver } from "./webhook-receiver.ts";

const CUSTOMER_EVENTS = ["customer.created", "customer.updated", "customer.deleted"] as const;

/** A double with an endpoint, and the receiver behind it. */
async function deliveringStripe() {
  const { account, cloud, stripe } = await stripeUnderTest();
  account.webhooks.options.firstRetryMs = 10;
  const receiver = await webhookReceiver();
  const endpoint = await stripe.webhookEndpoints.create({
    url: receiver.url,
    enabled_events: [...CUSTOMER_EVENTS],
    api_version: "2026-09-30.endive",
  });
  const { id, secret = "" } = endpoint;
  return { account, cloud, stripe, receiver, endpointId: id, secret };
}

test("creating, changing and deleting a customer is told in signed events", async () => {
  const { account, stripe, receiver, secret } = await deliveringStripe();
  const { id } = await stripe.customers.create(
    { name: "Ada", metadata: { organization_id: "1", plan: "free" } },
    { idempotencyKey: "organization:1:g1" },
  );
  await account.webhooks.settled();
  await stripe.customers.update(id, { name: "Grace", metadata: { plan: "", region: "eu" } });
  await account.webhooks.settled();
  await stripe.customers.del(id);
  await account.webhooks.settled();

  const [created, updated, deleted] = await receiver.events(secret);
  expect(created).toMatchObject({
    object: "event",
    type: "customer.created",
    api_version: "2026-09-30.endive",
    livemode: false,
    request: { id: account.requests()[1]?.id, idempotency_key: "organization:1:g1" },
    data: { object: { id, name: "Ada", metadata: { organization_id: "1", plan: "free" } } },
  });
  expect(updated).toMatchObject({ type: "customer.updated", data: { object: { name: "Grace" } } });
  expect(updated?.data.previous_attributes).toEqual({
    name: "Ada",
    metadata: { plan: "free", region: null },
  });
  expect(deleted).toMatchObject({ type: "customer.deleted", data: { object: { id } } });
  const wrong = receiver.events("whsec_fake_of_another_endpoint");
  await expect(wrong).rejects.toThrow("No signatures found");
});

test("an update that changes nothing is told nobody", async () => {
  const { account, stripe, receiver } = await deliveringStripe();
  const { id } = await stripe.customers.create({ name: "Ada" });
  await stripe.customers.update(id, { name: "Ada" });
  await account.webhooks.settled();
  expect(receiver.received).toHaveLength(1);
  expect(account.events().map(({ type }) => type)).toEqual(["customer.created"]);
});

test("only what an enabled endpoint asked for is sent to it", async () => {
  const { account, stripe, receiver, endpointId } = await deliveringStripe();
  await stripe.webhookEndpoints.update(endpointId, { enabled_events: ["customer.deleted"] });
  const { id } = await stripe.customers.create({});
  await stripe.customers.del(id);
  await account.webhooks.settled();
  await stripe.webhookEndpoints.update(endpointId, { enabled_events: ["*"], disabled: true });
  await stripe.customers.create({});
  await account.webhooks.settled();
  expect(receiver.received.map(({ body }) => JSON.parse(body).type)).toEqual(["customer.deleted"]);
});

test("a delivery is tried again until it is taken; redirects, errors and silence do not count", async () => {
  const { account, stripe, receiver, secret } = await deliveringStripe();
  account.webhooks.options.timeoutMs = 100;
  receiver.answers.push(500, 302, 400, "hang");
  await stripe.customers.create({});
  expect(account.events()[0]?.pending_webhooks).toBe(1);
  await account.webhooks.settled();
  const attempts = account.webhooks.deliveries();
  expect(attempts.map(({ attempt, status }) => [attempt, status])).toEqual([
    [1, 500],
    [2, 302],
    [3, 400],
    [4, "no answer"],
    [5, 200],
  ]);
  expect(account.events()[0]?.pending_webhooks).toBe(0);
  const events = await receiver.events(secret);
  expect(new Set(events.map(({ id }) => id)).size).toBe(1);
});

test("an event is given up after the last attempt, and can be sent again by hand", async () => {
  const { account, stripe, receiver } = await deliveringStripe();
  account.webhooks.options.attempts = 2;
  receiver.answers.push(500, 500);
  await stripe.customers.create({});
  await account.webhooks.settled();
  expect(receiver.received).toHaveLength(2);
  account.webhooks.resend(account.events()[0]?.id ?? "");
  await account.webhooks.settled();
  expect(receiver.received).toHaveLength(3);
});

test("no further attempt goes to an endpoint that was deleted or disabled meanwhile", async () => {
  for (const end of ["del", "disable"] as const) {
    const { account, stripe, receiver, endpointId } = await deliveringStripe();
    account.webhooks.options.firstRetryMs = 100;
    receiver.answers.push(500, 500);
    await stripe.customers.create({});
    while (receiver.received.length < 1) await new Promise((resolve) => setTimeout(resolve, 5));
    if (end === "del") await stripe.webhookEndpoints.del(endpointId);
    else await stripe.webhookEndpoints.update(endpointId, { disabled: true });
    await account.webhooks.settled();
    expect(receiver.received).toHaveLength(1);
  }
});

test("a test can have events duplicated, held back and reordered", async () => {
  const { account, stripe, receiver, secret } = await deliveringStripe();
  account.webhooks.options.copies = 2;
  account.webhooks.options.concurrency = 1;
  account.webhooks.hold();
  const { id } = await stripe.customers.create({});
  await stripe.customers.del(id);
  await account.webhooks.settled();
  expect(receiver.received).toEqual([]);
  account.webhooks.release((held) => held.toReversed());
  await account.webhooks.settled();
  expect((await receiver.events(secret)).map(({ type }) => type)).toEqual([
    "customer.deleted",
    "customer.deleted",
    "customer.created",
    "customer.created",
  ]);
});

test("the signature's time is the account's, so that old deliveries can be made", async () => {
  const { account, stripe, receiver, secret } = await deliveringStripe();
  account.clock.advance(-10 * 60 * 1000);
  await stripe.customers.create({});
  await account.webhooks.settled();
  await expect(receiver.events(secret)).rejects.toThrow("Timestamp outside the tolerance zone");
  expect(await receiver.events(secret, account.clock.now())).toHaveLength(1);
});

test("two endpoints with their own secrets both get an event, as while a secret is rotated", async () => {
  const { account, stripe, receiver, secret } = await deliveringStripe();
  const other = await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ["*"] });
  await stripe.customers.create({});
  await account.webhooks.settled();
  const signedWith = await Promise.all(
    receiver.received.map(async ({ body, signature }) => {
      const fits = await Promise.all(
        [secret, other.secret ?? ""].map((candidate) =>
          Stripe.webhooks.constructEventAsync(body, signature, candidate).then(
            () => true,
            () => false,
          ),
        ),
      );
      return fits.indexOf(true);
    }),
  );
  expect(signedWith.sort()).toEqual([0, 1]);
});

test("events can be listed by type and read by id", async () => {
  const { account, stripe } = await deliveringStripe();
  const { id } = await stripe.customers.create({});
  await stripe.customers.del(id);
  await account.webhooks.settled();
  const types = (await stripe.events.list()).data.map(({ type }) => type);
  expect(types).toEqual(["customer.deleted", "customer.created"]);
  const { data } = await stripe.events.list({ type: "customer.created" });
  expect(await stripe.events.retrieve(data[0]?.id ?? "")).toEqual(data[0]);
  expect((await stripe.events.list({ types: ["customer.*"], limit: 1 })).has_more).toBe(true);
  expect(await failureOf(stripe.events.retrieve("evt_fake"))).toMatchObject({ statusCode: 404 });
});
