import { expect, test } from "vitest";
import { failureOf, stripeUnderTest } from "./stripe-under-test.ts";

test("search finds by metadata, e-mail, name and time, whatever the letter case", async () => {
  const { account, stripe } = await stripeUnderTest();
  const ada = await stripe.customers.create({
    name: "Ada O'Example",
    email: "ada@example.com",
    metadata: { organization_id: "o-1", "odd key": "x" },
  });
  account.clock.advance(60_000);
  const grace = await stripe.customers.create({
    name: 'Grace "Amazing" Example',
    email: "grace@example.com",
    metadata: { organization_id: "o-2" },
  });
  const find = async (query: string) =>
    (await stripe.customers.search({ query })).data.map(({ id }) => id);

  expect(await find("metadata['organization_id']:'o-1'")).toEqual([ada.id]);
  expect(await find('metadata["organization_id"]:"O-2"')).toEqual([grace.id]);
  expect(await find("metadata['odd key']:'x'")).toEqual([ada.id]);
  expect(await find("metadata['organization_id']:'o-3'")).toEqual([]);
  expect(await find("metadata['odd key']:null")).toEqual([grace.id]);
  expect(await find("-metadata['odd key']:null")).toEqual([ada.id]);
  expect(await find("email:'ADA@example.com'")).toEqual([ada.id]);
  expect(await find("email~'example.com'")).toEqual([grace.id, ada.id]);
  expect(await find("name:'Ada O\\'Example'")).toEqual([ada.id]);
  expect(await find('name~"\\"amazing\\""')).toEqual([grace.id]);
  expect(await find(`created>${ada.created}`)).toEqual([grace.id]);
  expect(await find(`email~'example' AND metadata['organization_id']:'o-1'`)).toEqual([ada.id]);
  expect(await find(`email~'example' metadata['organization_id']:'o-1'`)).toEqual([ada.id]);
  expect(await find("email:'ada@example.com' OR email:'grace@example.com'")).toEqual([
    grace.id,
    ada.id,
  ]);
});

test("search is behind by the lag, for new customers and for changes", async () => {
  const { account, stripe } = await stripeUnderTest();
  account.searchLagMs = 60_000;
  const search = async (region: string) =>
    (await stripe.customers.search({ query: `metadata['region']:'${region}'` })).data.length;

  const { id } = await stripe.customers.create({ metadata: { region: "eu" } });
  expect(await search("eu")).toBe(0);
  account.clock.advance(59_000);
  expect(await search("eu")).toBe(0);
  account.clock.advance(2_000);
  expect(await search("eu")).toBe(1);

  await stripe.customers.update(id, { metadata: { region: "us" } });
  expect([await search("eu"), await search("us")]).toEqual([1, 0]);
  account.clock.advance(61_000);
  expect([await search("eu"), await search("us")]).toEqual([0, 1]);
});

test("search results come in pages, without a gap", async () => {
  const { account, stripe } = await stripeUnderTest();
  for (let n = 0; n < 25; n++) {
    await stripe.customers.create({ metadata: { batch: "one" } });
    account.clock.advance(1_000);
  }
  const query = "metadata['batch']:'one'";
  const first = await stripe.customers.search({ query, expand: ["total_count"] });
  expect([first.object, first.data.length, first.has_more]).toEqual(["search_result", 10, true]);
  expect(first.total_count).toBe(25);
  const all = await stripe.customers.search({ query }).autoPagingToArray({ limit: 100 });
  expect(all.map(({ id }) => id)).toEqual(
    account
      .customers()
      .map(({ id }) => id)
      .reverse(),
  );
});

test.each([
  "",
  "Ada",
  "metadata['organization_id']",
  "metadata['organization_id']:o-1",
  "metadata['organization_id]:'o-1'",
  "metadata['organization_id']:'o-1",
  "metadata['organization_id']:'o'1'",
  "metadata['organization_id']~'o-1'",
  "metadata:'o-1'",
  "email['a']:'b'",
  "email=ada@example.com",
  "email~'ab'",
  "balance:'0'",
  "created:'yesterday'",
  "email:'a@example.com' AND",
  "email:'a@example.com' AND name:'b' OR name:'c'",
  "(email:'a@example.com')",
  Array.from({ length: 11 }, () => "name:'abc'").join(" AND "),
])("a query that cannot be understood is an error and not an empty result: %s", async (query) => {
  const { stripe } = await stripeUnderTest();
  const refused = await failureOf(stripe.customers.search({ query }));
  expect(refused).toMatchObject({
    type: "StripeInvalidRequestError",
    statusCode: 400,
    param: "query",
  });
});

test("a page that search did not give is refused", async () => {
  const { stripe } = await stripeUnderTest();
  const query = "name:'Ada'";
  expect(await failureOf(stripe.customers.search({ query, page: "2" }))).toMatchObject({
    statusCode: 400,
    param: "page",
  });
});
