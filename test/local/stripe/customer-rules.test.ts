import { expect, test } from "vitest";
import { sandboxTenant } from "../../../local/tenants.ts";
import { failureOf, stripeUnderTest } from "./stripe-under-test.ts";

const keys = (howMany: number) =>
  Object.fromEntries(Array.from({ length: howMany }, (_, n) => [`key_${n}`, "x"]));

test.each([
  ["a metadata key of 41 characters", { metadata: { ["k".repeat(41)]: "x" } }, "metadata"],
  ["a metadata value of 501 characters", { metadata: { k: "é".repeat(501) } }, "metadata[k]"],
  ["51 metadata keys", { metadata: keys(51) }, "metadata"],
  ["a metadata key with brackets", { metadata: { "a[b]": "x" } }, "metadata"],
  ["nested metadata", { metadata: { a: { b: "x" } } }, "metadata[a]"],
  ["metadata that is no hash", { metadata: "x" }, "metadata"],
  ["an e-mail of 513 characters", { email: `${"a".repeat(501)}@example.com` }, "email"],
  ["an e-mail without a domain", { email: "ada" }, "email"],
  ["a name of 257 characters", { name: "n".repeat(257) }, "name"],
  ["a business name of 151 characters", { business_name: "n".repeat(151) }, "business_name"],
  ["a list as a name", { name: ["a", "b"] }, "name"],
  ["a balance that is no number", { balance: "much" }, "balance"],
  ["an unknown parameter", { nmae: "Ada" }, "nmae"],
  ["an unknown parameter inside of a hash", { address: { planet: "Mars" } }, "address[planet]"],
])("%s is refused, and no customer is made", async (_, parameters, param) => {
  const { account, stripe } = await stripeUnderTest();
  const refused = await failureOf(stripe.customers.create(parameters as object));
  expect(refused).toMatchObject({
    type: "StripeInvalidRequestError",
    rawType: "invalid_request_error",
    statusCode: 400,
    param,
  });
  expect(account.customers()).toEqual([]);
});

test("the limits themselves are allowed, counted in characters and not in bytes or units", async () => {
  const { stripe } = await stripeUnderTest();
  const metadata = { ...keys(49), ["k".repeat(40)]: "🚀".repeat(500) };
  const email = `${"a".repeat(500)}@example.com`;
  const created = await stripe.customers.create({ name: "Ü".repeat(256), email, metadata });
  expect(created).toMatchObject({ metadata, email });
  const over = failureOf(stripe.customers.update(created.id, { metadata: { one_more: "x" } }));
  expect(await over).toMatchObject({ statusCode: 400, param: "metadata" });
});

test("an unknown parameter has Stripe's code and its name in the message", async () => {
  const { stripe } = await stripeUnderTest();
  const parameters = { nmae: "x", emial: "y" } as object;
  expect(await failureOf(stripe.customers.create(parameters))).toMatchObject({
    code: "parameter_unknown",
    message: "Received unknown parameters: nmae, emial",
    doc_url: "https://docs.stripe.com/error-codes/parameter-unknown",
  });
  expect(await failureOf(stripe.customers.list(parameters))).toMatchObject({
    code: "parameter_unknown",
  });
});

test.each([
  { limit: 0 },
  { limit: 101 },
  { limit: "ten" },
  { starting_after: "cus_fake" },
  { ending_before: "cus_fake" },
  { starting_after: "cus_a", ending_before: "cus_b" },
  { created: { since: 1 } },
  { created: "yesterday" },
])("a list refuses %j", async (parameters) => {
  const { stripe } = await stripeUnderTest();
  const refused = await failureOf(stripe.customers.list(parameters as object));
  expect(refused).toMatchObject({ type: "StripeInvalidRequestError", statusCode: 400 });
});

test("a body that is not form-encoded is refused", async () => {
  const { account, cloud } = await stripeUnderTest();
  const response = await fetch(`${cloud.url}/v1/customers`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${sandboxTenant.stripe.secretKey}`,
      "content-type": "application/json",
    },
    body: '{"name":"Ada"}',
  });
  expect([response.status, (await response.json()).error.type]).toEqual([
    400,
    "invalid_request_error",
  ]);
  expect(account.customers()).toEqual([]);
});

test("every answer has a request id and a version, errors too", async () => {
  const { stripe } = await stripeUnderTest();
  const { lastResponse } = await stripe.customers.list();
  expect(lastResponse.requestId).toMatch(/^req_[0-9A-Za-z]{14}$/);
  expect(lastResponse.apiVersion).toBe("2026-10-28.endive");
  const refused = await failureOf(stripe.customers.retrieve("cus_fake"));
  expect(refused.requestId).toMatch(/^req_/);
});
