import { expect, test } from "vitest";
import { failureOf, stripeUnderTest } from "./stripe-under-test.ts";

const url = "https://worker.example.com/webhooks/stripe";

test("only the answer to the creation shows the signing secret", async () => {
  const { stripe } = await stripeUnderTest();
  const { secret, ...created } = await stripe.webhookEndpoints.create({
    url,
    enabled_events: ["customer.created", "customer.deleted"],
    api_version: "2026-10-28.endive",
    description: "Customer sync",
    metadata: { stack: "staging" },
  });
  expect(secret).toMatch(/^whsec_[0-9A-Za-z]{32}$/);
  expect(created).toMatchObject({
    id: expect.stringMatching(/^we_[0-9A-Za-z]{24}$/),
    object: "webhook_endpoint",
    url,
    enabled_events: ["customer.created", "customer.deleted"],
    api_version: "2026-10-28.endive",
    description: "Customer sync",
    livemode: false,
    metadata: { stack: "staging" },
    status: "enabled",
  });
  expect(await stripe.webhookEndpoints.retrieve(created.id)).toEqual(created);
  expect((await stripe.webhookEndpoints.list()).data).toEqual([created]);
});

test("all but secret, version and id can be changed", async () => {
  const { stripe } = await stripeUnderTest();
  const { id } = await stripe.webhookEndpoints.create({ url, enabled_events: ["*"] });
  const changed = await stripe.webhookEndpoints.update(id, {
    url: `${url}/v2`,
    enabled_events: ["customer.updated"],
    disabled: true,
    description: "New",
    metadata: { a: "1" },
  });
  expect(changed).toMatchObject({
    id,
    url: `${url}/v2`,
    enabled_events: ["customer.updated"],
    status: "disabled",
    description: "New",
    metadata: { a: "1" },
  });
  expect(changed.secret).toBeUndefined();
  const enabled = await stripe.webhookEndpoints.update(id, { disabled: false, description: "" });
  expect(enabled).toMatchObject({ status: "enabled", description: null, url: `${url}/v2` });
  const version = { api_version: "2025-01-27.acacia" } as object;
  expect(await failureOf(stripe.webhookEndpoints.update(id, version))).toMatchObject({
    code: "parameter_unknown",
  });
});

test("a deleted endpoint is gone", async () => {
  const { stripe } = await stripeUnderTest();
  const { id } = await stripe.webhookEndpoints.create({ url, enabled_events: ["*"] });
  expect(await stripe.webhookEndpoints.del(id)).toMatchObject({ id, deleted: true });
  expect(await failureOf(stripe.webhookEndpoints.retrieve(id))).toMatchObject({
    statusCode: 404,
    code: "resource_missing",
    message: `No such webhook endpoint: '${id}'`,
  });
  expect((await stripe.webhookEndpoints.list()).data).toEqual([]);
});

test.each([
  ["without a URL", { enabled_events: ["*"] }, "url"],
  ["with a URL without a scheme", { url: "example.com", enabled_events: ["*"] }, "url"],
  ["without events", { url }, "enabled_events"],
  ["with an empty list of events", { url, enabled_events: [] }, "enabled_events"],
  ["with what is no event", { url, enabled_events: ["everything"] }, "enabled_events[0]"],
  ["with an unknown parameter", { url, enabled_events: ["*"], secret: "x" }, "secret"],
])("an endpoint %s is refused", async (_, parameters, param) => {
  const { account, stripe } = await stripeUnderTest();
  const refused = await failureOf(stripe.webhookEndpoints.create(parameters as never));
  expect(refused).toMatchObject({ type: "StripeInvalidRequestError", statusCode: 400, param });
  expect(account.webhookEndpoints()).toEqual([]);
});

test("an account has at most 16 endpoints", async () => {
  const { stripe } = await stripeUnderTest();
  const create = () => stripe.webhookEndpoints.create({ url, enabled_events: ["*"] });
  for (let n = 0; n < 16; n++) await create();
  expect((await failureOf(create())).message).toContain("maximum of 16");
});
