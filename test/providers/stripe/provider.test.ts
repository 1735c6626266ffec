import { type ProviderServer, serveProvider } from "@stripe-customer-sync/provider-kit";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { stripeProvider } from "../../../providers/stripe/plugin/stripe-provider.ts";
import { EngineClient } from "../kit/engine-client.ts";
import { ScriptedStripe } from "./scripted-stripe.ts";

let stripe: ScriptedStripe;
let apiBase: string;
let server: ProviderServer;
let engine: EngineClient;

beforeEach(async () => {
  stripe = new ScriptedStripe();
  apiBase = await stripe.start();
  server = await serveProvider(stripeProvider);
  engine = new EngineClient(server.port);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  engine.close();
  await server.close();
  await stripe.stop();
});

test("the account and the mode of a key", async () => {
  await engine.configure({ apiKey: "sk_live_fake_key", apiBase });
  expect(await engine.invoke("stripe:index:getAccount")).toEqual({
    id: "acct_1FakeScripted",
    livemode: true,
  });
});

test("the account of a restricted key comes from Stripe's refusal", async () => {
  await engine.configure({ apiKey: "rk_test_fake_key", apiBase });
  const message =
    "The provided key 'rk_test_*********_key' does not have the required permissions for this " +
    "endpoint on account 'acct_1FakeRestricted'.";
  const refusal = { status: 403, error: { type: "invalid_request_error", message } };
  stripe.faults.push({ method: "GET", path: /account$/, kind: refusal });
  expect(await engine.invoke("stripe:index:getAccount")).toEqual({
    id: "acct_1FakeRestricted",
    livemode: false,
  });
});

test("a refusal that names no account says which permission is missing", async () => {
  await engine.configure({ apiKey: "rk_test_fake_key", apiBase });
  const refusal = { status: 403, error: { type: "invalid_request_error", message: "No." } };
  stripe.faults.push({ method: "GET", path: /account$/, kind: refusal });
  await expect(engine.invoke("stripe:index:getAccount")).rejects.toMatchObject({
    details: 'The key in stripe:apiKey lacks the permission "Accounts: Read": No.',
  });
});

test("the environment gives the key and the address where the stack does not", async () => {
  vi.stubEnv("STRIPE_API_KEY", "sk_test_fake_of_the_environment");
  vi.stubEnv("STRIPE_API_BASE", apiBase);
  await engine.configure({});
  await engine.invoke("stripe:index:getAccount");
  expect(stripe.requests).toEqual(["GET /v1/account"]);
});

test("a missing key is one message with the command that sets it", async () => {
  vi.stubEnv("STRIPE_API_KEY", undefined);
  await expect(engine.configure({ apiBase })).rejects.toMatchObject({
    details: expect.stringContaining("pulumi config set --secret stripe:apiKey"),
  });
});

test("a malformed setting is named and a key is never shown", async () => {
  const { failures } = await engine.checkConfig({ apiKey: "pk_test_fake_public", apibase: "x" });
  expect(failures).toEqual([
    { property: "apibase", reason: 'there is no property "apibase" (did you mean "apiBase"?)' },
    {
      property: "apiKey",
      reason: expect.stringMatching(/must be a secret key .* not \[secret\]$/),
    },
  ]);
});
