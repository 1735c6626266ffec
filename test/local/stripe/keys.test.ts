import { expect, test } from "vitest";
import { liveTenant, sandboxTenant } from "../../../local/tenants.ts";
import { clientOf, failureOf, stripeUnderTest } from "./stripe-under-test.ts";

const { accountId, secretKey, restrictedKey } = sandboxTenant.stripe;

test("a secret key tells its account", async () => {
  const { cloud, stripe } = await stripeUnderTest();
  expect(await stripe.accounts.retrieveCurrent()).toMatchObject({
    id: accountId,
    object: "account",
  });
  expect(await stripe.accounts.retrieve(accountId)).toMatchObject({ id: accountId });
  const live = clientOf(cloud, liveTenant.stripe.secretKey);
  expect((await live.accounts.retrieveCurrent()).id).toBe(liveTenant.stripe.accountId);
  expect(await failureOf(live.accounts.retrieve(accountId))).toMatchObject({
    type: "StripePermissionError",
  });
});

test("a restricted key may do everything with customers", async () => {
  const { cloud } = await stripeUnderTest();
  const worker = clientOf(cloud, restrictedKey);
  const { id } = await worker.customers.create({ metadata: { organization_id: "1" } });
  await worker.customers.update(id, { name: "Ada" });
  await worker.customers.search({ query: "metadata['organization_id']:'1'" });
  await worker.customers.list();
  await worker.customers.del(id);
  expect(await worker.customers.retrieve(id)).toMatchObject({ deleted: true });
});

test.each([
  ["the account", "rak_accounts_kyc_basic_read", "GET", "/v1/account"],
  ["webhook endpoints", "rak_webhook_read", "GET", "/v1/webhook_endpoints"],
  ["new webhook endpoints", "rak_webhook_write", "POST", "/v1/webhook_endpoints"],
  ["events", "rak_event_read", "GET", "/v1/events"],
  ["payments", "rak_payment_intent_write", "POST", "/v1/payment_intents"],
  ["subscriptions", "rak_subscription_read", "GET", "/v1/subscriptions/sub_fake"],
])("a restricted key gets 403 for %s, naming permission and account", async (...row) => {
  const [, permission, method, path] = row;
  const { cloud } = await stripeUnderTest();
  const call = clientOf(cloud, restrictedKey).rawRequest(method, path);
  const refused = await failureOf(call);
  expect(refused).toMatchObject({ type: "StripePermissionError", statusCode: 403 });
  expect(refused.message).toContain(`'${permission}'`);
  expect(refused.message).toContain(`'${accountId}'`);
  expect(refused.message).not.toContain(restrictedKey);
});

test("a key that may only read changes nothing", async () => {
  const { account, cloud } = await stripeUnderTest();
  const key = "rk_test_fake_drift_reader";
  account.addKey({ key, permissions: ["customer_read", "webhook_read"] });
  const reader = clientOf(cloud, key);
  await reader.customers.list();
  await reader.webhookEndpoints.list();
  expect(await failureOf(reader.customers.create({}))).toMatchObject({ statusCode: 403 });
  expect(account.customers()).toEqual([]);
});

test("an unknown key gets 401 that shows no more than its kind and last four characters", async () => {
  const { cloud } = await stripeUnderTest();
  const unknown = "sk_test_fake_of_somebody_else_9876";
  const refused = await failureOf(clientOf(cloud, unknown).customers.list());
  expect(refused).toMatchObject({ type: "StripeAuthenticationError", statusCode: 401 });
  expect(refused.message).toMatch(/^Invalid API Key provided: sk_test_\*+9876$/);
});

test("a request without a key gets 401", async () => {
  const { cloud } = await stripeUnderTest();
  for (const headers of [{}, { authorization: "Bearer" }, { authorization: "Basic Og==" }]) {
    const response = await fetch(`${cloud.url}/v1/customers`, { headers });
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toBe('Basic realm="Stripe"');
  }
});

test("a key works as the user of basic authentication, as curl -u sends it", async () => {
  const { cloud } = await stripeUnderTest();
  const authorization = `Basic ${Buffer.from(`${secretKey}:`).toString("base64")}`;
  const response = await fetch(`${cloud.url}/v1/customers`, { headers: { authorization } });
  expect(response.status).toBe(200);
});

test("a rotated key: both work, then the old one is refused as expired", async () => {
  const { account, cloud, stripe } = await stripeUnderTest();
  const key = "sk_test_fake_rotated_in";
  account.addKey({ key, permissions: null });
  await stripe.customers.create({});
  await clientOf(cloud, key).customers.create({});

  account.revokeKey(secretKey);
  expect(await failureOf(stripe.customers.create({}))).toMatchObject({
    type: "StripeAuthenticationError",
    code: "api_key_expired",
  });
  await clientOf(cloud, key).customers.create({});
  expect(account.customers()).toHaveLength(3);
});

test("an unknown address is told with its method", async () => {
  const { stripe } = await stripeUnderTest();
  expect(await failureOf(stripe.balance.retrieve())).toMatchObject({
    statusCode: 404,
    message: expect.stringContaining("Unrecognized request URL (GET: /v1/balance)"),
  });
});

test("a request for another account is refused, and so is a version that is none", async () => {
  const { stripe } = await stripeUnderTest();
  const { accountId: stripeAccount } = liveTenant.stripe;
  expect(await failureOf(stripe.customers.list({}, { stripeAccount }))).toMatchObject({
    type: "StripePermissionError",
    code: "account_invalid",
  });
  expect(await failureOf(stripe.customers.list({}, { apiVersion: "newest" }))).toMatchObject({
    statusCode: 400,
  });
});
