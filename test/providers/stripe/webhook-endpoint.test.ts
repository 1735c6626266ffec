import { type ProviderServer, serveProvider, UNKNOWN } from "@stripe-customer-sync/provider-kit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { stripeProvider } from "../../../providers/stripe/plugin/stripe-provider.ts";
import { EngineClient, secretOf } from "../kit/engine-client.ts";
import { ScriptedStripe } from "./scripted-stripe.ts";

const type = "stripe:index:WebhookEndpoint";
const apiKey = "sk_test_fake_provider_tests";
const declared = {
  url: "https://worker.example.com/webhooks/stripe",
  enabledEvents: ["customer.created", "customer.deleted"],
};

let stripe: ScriptedStripe;
let apiBase: string;
let server: ProviderServer;
let engine: EngineClient;

beforeEach(async () => {
  stripe = new ScriptedStripe();
  apiBase = await stripe.start();
  server = await serveProvider(stripeProvider);
  engine = new EngineClient(server.port);
  await engine.configure({ apiKey, apiBase });
});

afterEach(async () => {
  engine.close();
  await server.close();
  await stripe.stop();
});

async function created(extra: Record<string, unknown> = {}) {
  const { inputs } = await engine.check(type, { ...declared, ...extra });
  const { id, outputs } = await engine.create(type, inputs);
  return { id, inputs, outputs };
}

function endpointOf(id: string) {
  const endpoint = stripe.endpoints.get(id);
  if (endpoint === undefined) throw new Error(`there is no endpoint ${id}`);
  return endpoint;
}

test("an endpoint is made once and its signing secret is kept as a secret", async () => {
  const { id, outputs } = await created({ description: "sync", metadata: { team: "billing" } });
  expect(outputs).toEqual({
    ...declared,
    description: "sync",
    metadata: { team: "billing" },
    status: "enabled",
    livemode: false,
    secret: secretOf("whsec_fakeSecretOf1"),
  });
  expect(endpointOf(id)).toMatchObject({
    description: "sync",
    enabled_events: declared.enabledEvents,
  });
});

test("a preview makes nothing and does not know the signing secret", async () => {
  const planned = await engine.create(type, { ...declared, url: UNKNOWN }, { preview: true });
  expect(planned.outputs).toMatchObject({
    url: UNKNOWN,
    livemode: false,
    secret: secretOf(UNKNOWN),
  });
  expect(stripe.requests).toEqual([]);
});

test("an endpoint that nobody touched has no drift, whatever the order of its events", async () => {
  const state = await created({ metadata: { team: "billing" } });
  endpointOf(state.id).enabled_events.reverse();
  const read = await engine.read(type, state);
  expect(read).toEqual({ ...state, outputs: state.outputs });
});

test("a changed URL, other events and a disabled endpoint are drift, and an update repairs it", async () => {
  const state = await created();
  Object.assign(endpointOf(state.id), {
    url: "https://evil.example.com/",
    enabled_events: ["*"],
    status: "disabled",
    metadata: { ...endpointOf(state.id).metadata, by: "hand" },
  });
  const read = await engine.read(type, state);
  expect(read.inputs).toEqual({
    url: "https://evil.example.com/",
    enabledEvents: ["*"],
    status: "disabled",
    metadata: { by: "hand" },
  });
  const diff = await engine.diff(type, {
    ...read,
    oldInputs: read.inputs,
    newInputs: state.inputs,
  });
  expect(Object.keys(diff.detailedDiff)).toEqual([
    "enabledEvents[0]",
    "enabledEvents[1]",
    "metadata",
    "status",
    "url",
  ]);

  await engine.update(type, {
    id: state.id,
    oldInputs: read.inputs,
    oldOutputs: read.outputs,
    newInputs: state.inputs,
  });
  const repaired = await engine.read(type, state);
  expect(repaired.inputs).toEqual(state.inputs);
  expect(repaired.outputs.secret).toEqual(secretOf("whsec_fakeSecretOf1"));
});

test("an endpoint that was deleted by hand is gone, not an error", async () => {
  const state = await created();
  stripe.endpoints.clear();
  expect((await engine.read(type, state)).id).toBe("");
  await expect(engine.delete(type, state)).resolves.toBeUndefined();
});

test("another API version needs a new endpoint, another URL does not", async () => {
  const olds = { ...declared, status: "enabled", apiVersion: "2026-08-26.dahlia" };
  const version = await engine.diff(type, {
    oldInputs: olds,
    newInputs: { ...olds, apiVersion: "2026-09-30.dahlia" },
  });
  expect(version).toMatchObject({ replaces: ["apiVersion"], deleteBeforeReplace: false });
  const address = await engine.diff(type, {
    oldInputs: olds,
    newInputs: { ...olds, url: "https://new.example.com/" },
  });
  expect(address).toMatchObject({ replaces: [], detailedDiff: { url: "UPDATE" } });
});

test("an import takes what Stripe has; the signing secret stays unknown", async () => {
  const { id } = await created({ description: "old one" });
  const read = await engine.read(type, { id });
  expect(read.inputs).toEqual({ ...declared, description: "old one", status: "enabled" });
  expect(read.outputs).not.toHaveProperty("secret");
});

test("answers that were lost on the way do not leave two endpoints", async () => {
  // The SDK itself repeats a request after the first reset connection; the second is ours.
  for (const kind of ["lost", "lost"] as const) {
    stripe.faults.push({ method: "POST", path: /webhook_endpoints$/, kind });
  }
  const { outputs } = await created();
  expect(stripe.endpoints.size).toBe(1);
  expect(outputs.secret).toEqual(secretOf("whsec_fakeSecretOf1"));
  expect(stripe.requests.filter((request) => request.startsWith("POST"))).toHaveLength(3);
});

test("an endpoint whose update was killed before the state was saved is cleared away", async () => {
  const forgotten = await created();
  // The engine that comes next knows nothing of it.
  const next = await serveProvider(stripeProvider);
  const client = new EngineClient(next.port);
  try {
    await client.configure({ apiKey, apiBase });
    const { inputs } = await client.check(type, declared);
    const { id } = await client.create(type, inputs);
    expect([...stripe.endpoints.keys()]).toEqual([id]);
    expect(id).not.toBe(forgotten.id);
  } finally {
    client.close();
    await next.close();
  }
});

test("a replacement leaves the old endpoint alone until the engine deletes it", async () => {
  const old = await created();
  await engine.check(type, declared, old.inputs);
  const replacement = await engine.create(type, old.inputs);
  expect([...stripe.endpoints.keys()]).toEqual([old.id, replacement.id]);
});

test("a replacement clears away what an interrupted replacement left, but not the old endpoint", async () => {
  const old = await created();
  await engine.check(type, declared, old.inputs);
  const leftover = await engine.create(type, old.inputs);
  await engine.diff(type, { id: old.id, oldInputs: old.inputs, newInputs: old.inputs });
  const replacement = await engine.create(type, old.inputs);
  expect([...stripe.endpoints.keys()]).toEqual([old.id, replacement.id]);
  expect(leftover.id).not.toBe(replacement.id);
});

test("an endpoint of another stack for another Worker is left alone", async () => {
  const other = await created({ url: "https://other.example.com/webhooks/stripe" });
  const { inputs } = await engine.check(type, declared);
  const { id } = await engine.create(type, inputs);
  expect([...stripe.endpoints.keys()]).toEqual([other.id, id]);
});

test.each([
  [
    { status: 401, error: { type: "invalid_request_error", message: "Invalid API Key provided" } },
    "Stripe does not accept the key in stripe:apiKey: Invalid API Key provided",
  ],
  [
    { status: 403, error: { type: "invalid_request_error", message: "Not allowed" } },
    'The key in stripe:apiKey lacks the permission "Webhook Endpoints: Write": Not allowed',
  ],
  [
    {
      status: 400,
      error: { type: "invalid_request_error", message: "Invalid URL", param: "url" },
    },
    "Stripe answered 400: Invalid URL (parameter url)",
  ],
])("a refusal says what to do: %o", async (kind, message) => {
  stripe.faults.push({ method: "POST", path: /webhook_endpoints$/, kind });
  await expect(created()).rejects.toMatchObject({ details: message });
});

test("429 and 500 are waited out", async () => {
  const busy = { status: 429, error: { type: "invalid_request_error", message: "Slow down" } };
  const broken = { status: 500, error: { type: "api_error", message: "Sorry" } };
  for (const kind of [busy, broken]) {
    stripe.faults.push({ method: "POST", path: /webhook_endpoints$/, kind });
  }
  await created();
  expect(stripe.endpoints.size).toBe(1);
});

test("what a program declares wrongly is named with its property", async () => {
  const { failures } = await engine.check(type, {
    url: "ftp://example.com",
    enabledEvents: ["Customer Created", "*", "*"],
    enabled_events: [],
    metadata: { pulumi_urn: "mine", "a[b]": "x" },
  });
  expect(failures).toEqual([
    {
      property: "enabled_events",
      reason: 'there is no property "enabled_events" (did you mean "enabledEvents"?)',
    },
    {
      property: "url",
      reason:
        '"url" must begin with https:// (http:// only for 127.0.0.1), not "ftp://example.com"',
    },
    { property: "enabledEvents", reason: '"enabledEvents" must not name a member twice, not "*"' },
    {
      property: "enabledEvents[0]",
      reason:
        '"enabledEvents[0]" must be an event such as customer.updated, or *, not "Customer Created"',
    },
    {
      property: "metadata",
      reason: '"metadata": the key "a[b]" must have at most 40 characters and no brackets',
    },
    {
      property: "metadata",
      reason: '"metadata": the key "pulumi_urn" is used by the provider itself',
    },
  ]);
});
