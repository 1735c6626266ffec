import type Stripe from "stripe";
import { expect, test } from "vitest";
import { liveTenant } from "../../../local/tenants.ts";
import { clientOf, failureOf, stripeUnderTest } from "./stripe-under-test.ts";

const metadata = { organization_id: "11111111-1111-4111-8111-111111111111", region: "eu" };

test("a customer comes back as it was created, with the mode of its account", async () => {
  const { cloud, stripe } = await stripeUnderTest();
  const created = await stripe.customers.create({
    name: "Ada Example",
    email: "ada@example.com",
    description: "Zoë & söhne + 50% = [ok] 🚀",
    address: { city: "Vienna", country: "AT" },
    preferred_locales: ["de", "en"],
    metadata,
  });
  expect(created).toMatchObject({
    object: "customer",
    name: "Ada Example",
    email: "ada@example.com",
    description: "Zoë & söhne + 50% = [ok] 🚀",
    address: { city: "Vienna", country: "AT", line1: null },
    preferred_locales: ["de", "en"],
    livemode: false,
    metadata,
  });
  expect(created.id).toMatch(/^cus_[0-9A-Za-z]{14}$/);
  expect(Math.abs(created.created - Date.now() / 1000)).toBeLessThan(5);
  expect(await stripe.customers.retrieve(created.id)).toEqual(created);

  const live = clientOf(cloud, liveTenant.stripe.secretKey);
  expect(await live.customers.create({})).toMatchObject({ livemode: true, metadata: {} });
});

test("accounts do not see each other's customers", async () => {
  const { cloud, stripe } = await stripeUnderTest();
  const { id } = await stripe.customers.create({ metadata });
  const other = clientOf(cloud, liveTenant.stripe.secretKey);
  expect(await failureOf(other.customers.retrieve(id))).toMatchObject({
    type: "StripeInvalidRequestError",
    statusCode: 404,
    code: "resource_missing",
    param: "id",
    message: `No such customer: '${id}'`,
  });
  expect((await other.customers.list()).data).toEqual([]);
});

test("metadata is merged key by key, and an empty value removes its key", async () => {
  const { stripe } = await stripeUnderTest();
  const { id } = await stripe.customers.create({ metadata: { ...metadata, plan: "free" } });
  const updated = await stripe.customers.update(id, { metadata: { region: "us", plan: "" } });
  expect(updated.metadata).toEqual({ ...metadata, region: "us" });
  expect((await stripe.customers.update(id, { name: "New" })).metadata).toEqual(updated.metadata);
  expect((await stripe.customers.update(id, { metadata: "" })).metadata).toEqual({});
});

test("a deleted customer is known to be deleted, and is in no list and no search", async () => {
  const { account, stripe } = await stripeUnderTest();
  const { id } = await stripe.customers.create({ metadata });
  expect(await stripe.customers.del(id)).toMatchObject({ id, object: "customer", deleted: true });
  expect(await stripe.customers.retrieve(id)).toMatchObject({ id, deleted: true });
  expect((await stripe.customers.list()).data).toEqual([]);
  const query = "metadata['region']:'eu'";
  expect((await stripe.customers.search({ query })).data).toEqual([]);
  for (const call of [stripe.customers.update(id, { name: "x" }), stripe.customers.del(id)]) {
    expect(await failureOf(call)).toMatchObject({ statusCode: 404, code: "resource_missing" });
  }
  expect(account.customers()).toEqual([]);
  expect(account.deletedCustomers()).toEqual([{ id, object: "customer", deleted: true }]);
});

test("lists are newest first, in pages, in both directions", async () => {
  const { account, stripe } = await stripeUnderTest();
  const ids: string[] = [];
  for (let n = 0; n < 7; n++) {
    ids.unshift((await stripe.customers.create({})).id);
    account.clock.advance(1_000);
  }
  const idsOf = ({ data }: Stripe.ApiList<Stripe.Customer>) => data.map(({ id }) => id);

  const first = await stripe.customers.list({ limit: 3 });
  expect([idsOf(first), first.has_more]).toEqual([ids.slice(0, 3), true]);
  const last = await stripe.customers.list({ limit: 4, starting_after: ids[2] ?? "" });
  expect([idsOf(last), last.has_more]).toEqual([ids.slice(3), false]);
  const back = await stripe.customers.list({ limit: 2, ending_before: ids[5] ?? "" });
  expect([idsOf(back), back.has_more]).toEqual([ids.slice(3, 5), true]);
  const all = await stripe.customers.list({ limit: 2 }).autoPagingToArray({ limit: 100 });
  expect(all.map(({ id }) => id)).toEqual(ids);
});

test("a page that begins after a customer deleted meanwhile misses none and repeats none", async () => {
  const { stripe } = await stripeUnderTest();
  const [oldest, middle, newest] = [
    await stripe.customers.create({}),
    await stripe.customers.create({}),
    await stripe.customers.create({}),
  ];
  await stripe.customers.del(middle.id);
  const after = await stripe.customers.list({ starting_after: middle.id });
  expect(after.data.map(({ id }) => id)).toEqual([oldest.id]);
  const before = await stripe.customers.list({ ending_before: middle.id });
  expect(before.data.map(({ id }) => id)).toEqual([newest.id]);
});

test("lists are filtered by time of creation and by e-mail to the letter", async () => {
  const { account, stripe } = await stripeUnderTest();
  const emails = ["a@example.com", "A@example.com", "a@example.com"];
  const made: Stripe.Customer[] = [];
  for (const email of emails) {
    made.push(await stripe.customers.create({ email }));
    account.clock.advance(60_000);
  }
  const times = made.map(({ created }) => created);
  const list = async (filter: Stripe.CustomerListParams) =>
    (await stripe.customers.list(filter)).data.map(({ id }) => made.findIndex((c) => c.id === id));

  expect(await list({ created: { gte: times[1] ?? 0 } })).toEqual([2, 1]);
  expect(await list({ created: { gt: times[1] ?? 0 } })).toEqual([2]);
  expect(await list({ created: { lte: times[1] ?? 0 } })).toEqual([1, 0]);
  expect(await list({ created: { lt: times[1] ?? 0 } })).toEqual([0]);
  expect(await list({ created: { gt: times[0] ?? 0, lt: times[2] ?? 0 } })).toEqual([1]);
  expect(await list({ created: times[2] ?? 0 })).toEqual([2]);
  expect(await list({ email: "a@example.com" })).toEqual([2, 0]);
});
