import { status as grpcStatus, type ServiceError } from "@grpc/grpc-js";
import {
  type ProviderDefinition,
  type ProviderServer,
  serveProvider,
  UNKNOWN,
} from "@stripe-customer-sync/provider-kit";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { liveWorkerProvider } from "../../providers/live-worker/plugin/live-worker-provider.ts";
import { stripeProvider } from "../../providers/stripe/plugin/stripe-provider.ts";
import { supabaseProvider } from "../../providers/supabase/plugin/supabase-provider.ts";
import { EngineClient, secretOf } from "./kit/engine-client.ts";
import { ScriptedApi } from "./kit/scripted-api.ts";
import { projectRef } from "./supabase/management-api-double.ts";

/** Cases for each resource type. */
const RUNS = 260;
/** Cases for each provider; whole, because fast-check never comes to an end of a fraction. */
const CONFIGURATION_RUNS = 90;

type Bag = Record<string, unknown>;

const SECRET = "fake-secret-of-a-hostile-program";
/** A key that somebody put into the wrong property. */
const STRAY_KEY = "sk_live_fakeStrayKey";

/** Good inputs of each type, to be spoilt. */
const good: Record<string, Bag> = {
  "supabase:index:SqlSchema": {
    projectRef,
    schema: "example",
    scripts: [{ name: "one", sql: "select 1" }],
    uninstall: "select 1",
  },
  "supabase:index:VaultSecret": {
    projectRef,
    name: "example",
    value: SECRET,
    description: "",
    fingerprintKey: SECRET,
  },
  "supabase:index:DatabaseWebhook": {
    projectRef,
    name: "example",
    table: "organizations",
    events: ["INSERT"],
    url: "https://example.com/webhooks",
    secretName: "example",
    ignoredColumns: ["id"],
  },
  "supabase:index:RoleToken": {
    projectRef,
    role: "example",
    validityDays: 30,
    earlyRenewalDays: 5,
    url: "https://example.com",
    publishableKey: "sb_publishable_fake",
  },
  "stripe:index:WebhookEndpoint": {
    url: "https://example.com/webhooks",
    enabledEvents: ["customer.created"],
    description: "example",
    metadata: { a: "b" },
    apiVersion: "2026-08-26.dahlia",
  },
  "live-worker:index:LiveCheck": {
    accountId: "0".repeat(32),
    workerName: "sync",
    workerUrl: "https://example.com",
    versions: [{ versionId: "one", percentage: 100 }],
    schedules: ["* * * * *"],
    bindingNames: ["A"],
    fingerprints: { A: "a".repeat(16) },
    operatorToken: SECRET,
  },
  "live-worker:index:Rollout": {
    accountId: "0".repeat(32),
    workerId: "0".repeat(32),
    workerName: "sync",
    workerUrl: "https://example.com",
    versionId: "one",
    bundleDigest: "one",
    bindingNames: ["A"],
    fingerprints: { A: "a".repeat(16) },
    percentage: 10,
    operatorToken: SECRET,
  },
};

/** Types that look, in a preview too, at what is deployed, because that decides what changes. */
const looking: readonly string[] = ["live-worker:index:Rollout"];

// Erased: each provider's own type of context is of no interest here.
const providers = [
  { definition: supabaseProvider({ environment: {} }), config: configOfSupabase },
  { definition: stripeProvider, config: configOfStripe },
  { definition: liveWorkerProvider, config: configOfCloudflare },
] as unknown as { definition: ProviderDefinition<unknown>; config: (origin: string) => Bag }[];

function configOfSupabase(endpoint: string): Bag {
  return { accessToken: "sbp_fake_hostile_inputs", endpoint };
}
function configOfStripe(apiBase: string): Bag {
  return { apiKey: "sk_test_fakeHostileInputs", apiBase };
}
function configOfCloudflare(baseUrl: string): Bag {
  return { apiToken: "fake-cloudflare-token-of-hostile-inputs", baseUrl };
}

describe.each(providers)("the provider $definition.name", ({ definition, config }) => {
  const cloud = new ScriptedApi();
  let server: ProviderServer;
  let engine: EngineClient;
  beforeAll(async () => {
    server = await serveProvider(definition);
    engine = new EngineClient(server.port);
    await engine.configure(config(await cloud.start()));
  });
  afterAll(async () => {
    engine.close();
    await server.close();
    await cloud.stop();
  });

  /** What a call gives, or its refusal; either in words that hold no secret. */
  async function ask<Answer>(call: Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await call;
    } catch (error) {
      const { code, details } = error as ServiceError;
      // INTERNAL is a bug, UNKNOWN what nobody caught.
      expect(grpcStatus[code], details).toBe("FAILED_PRECONDITION");
      expect(details).toMatch(/\S/);
      expectNoSecret(details);
      return undefined;
    }
  }

  test("answers any configuration with what is wrong", async () => {
    const names = Object.keys(config("https://example.com"));
    const property = fc.asyncProperty(
      spoilt(config("https://example.com"), names),
      async (news) => {
        const { failures } = (await ask(engine.checkConfig(news))) ?? { failures: [] };
        expectNoSecret(failures);
      },
    );
    await fc.assert(property, { numRuns: CONFIGURATION_RUNS });
    expect(cloud.requests).toEqual([]);
  });

  test.each(Object.keys(definition.resources))(
    "%s: any input is checked, compared and previewed without a crash, a secret, or the cloud",
    async (token) => {
      const example = good[token] ?? {};
      const declared = await engine.check(token, example);
      const named = declared.failures.map(({ property }) => property);
      const names = [...new Set([...Object.keys(example), ...named])];
      const hidden = definition.resources[token]?.secrets ?? [];
      const before = await engine.create(token, declared.inputs, { preview: true });
      let previewed = 0;
      const forgotten = fc.subarray(names, { maxLength: 2 });
      const anything = spoilt(example, names);
      const property = fc.asyncProperty(anything, forgotten, async (news, older) => {
        const inputs = withSecrets(news, hidden);
        const checked = await engine.check(token, inputs);
        expectNoSecret(checked.failures);
        expectStillUnknown(inputs, checked.inputs, names);
        // The engine goes no further with what a check refused.
        if (checked.failures.length > 0) return;

        previewed += 1;
        const created = await ask(engine.create(token, checked.inputs, { preview: true }));
        if (created) expectStillUnknown(checked.inputs, created.outputs, names);
        // The state may be that of a provider which did not know some of the properties.
        const change = {
          id: "example",
          oldInputs: without(declared.inputs, older),
          oldOutputs: before.outputs,
          newInputs: checked.inputs,
        };
        expectNoSecret(await ask(engine.diff(token, change)));
        await ask(engine.update(token, { ...change, preview: true }));
      });
      await fc.assert(property, { numRuns: RUNS });
      const effects = cloud.requests.filter(({ method }) => method !== "GET");
      expect(looking.includes(token) ? effects : cloud.requests).toEqual([]);
      cloud.requests.length = 0;
      expect(previewed).toBeGreaterThan(RUNS / 10);
    },
  );
});

/** Inputs of which some are good, some missing, some unknown, and some anything at all. */
function spoilt(example: Bag, names: readonly string[]): fc.Arbitrary<Bag> {
  const properties = names.map((name) => [
    name,
    fc.oneof(
      { weight: 12, arbitrary: fc.constant(example[name] ?? "example") },
      { weight: 1, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constant(UNKNOWN) },
      { weight: 1, arbitrary: spoiltValue(example[name]) },
    ),
  ]);
  const known = fc.record(Object.fromEntries(properties)) as fc.Arbitrary<Bag>;
  const stray = fc.oneof(
    { weight: 9, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 2 }) },
  );
  return fc.tuple(known, stray).map(([bag, more]): Bag => {
    const given = Object.entries(bag).filter(([, value]) => value !== undefined);
    return withoutAddresses({ ...more, ...Object.fromEntries(given) });
  });
}

/** By chance a generated text looks like an e-mail address, of which no answer may hold one. */
function withoutAddresses(bag: Bag): Bag {
  return JSON.parse(JSON.stringify(bag).replaceAll(/@(?!c")/g, "%")) as Bag;
}

function spoiltValue(value: unknown): fc.Arbitrary<unknown> {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("", "\0", "x".repeat(10_000), "https://a:b@c", "%", "$sql$", "'"),
    fc.string({ maxLength: 3 }).map((before) => `${before}\n${STRAY_KEY}`),
  );
  const inner = Array.isArray(value) || typeof value === "object" ? [fc.constant(value)] : [];
  return fc.oneof(
    text,
    fc.jsonValue(),
    fc.array(fc.oneof(text, fc.constant(UNKNOWN), fc.jsonValue(), ...inner), { maxLength: 3 }),
    fc.dictionary(fc.string(), fc.oneof(text, fc.constant(UNKNOWN), fc.jsonValue())),
  );
}

/** The secret, wherever a secret's property has anything; at times marked as the engine marks it. */
function withSecrets(bag: Bag, hidden: readonly string[]): Bag {
  const entries = Object.entries(bag).map(([name, value]): [string, unknown] => {
    if (!hidden.includes(name) || value === UNKNOWN || value === null) return [name, value];
    if (Array.isArray(value)) return [name, [SECRET, ...value]];
    if (typeof value === "object") return [name, { ...value, inner: SECRET }];
    return [name, typeof value === "string" ? secretOf(`${SECRET}${value}`) : value];
  });
  return Object.fromEntries(entries);
}

function without(bag: Bag, names: readonly string[]): Bag {
  return Object.fromEntries(Object.entries(bag).filter(([name]) => !names.includes(name)));
}

function expectNoSecret(said: unknown): void {
  const text = JSON.stringify(said) ?? "";
  expect(text).not.toContain(SECRET);
  expect(text).not.toContain(STRAY_KEY);
}

/** What the program does not know yet, nobody may know after it. */
function expectStillUnknown(before: Bag, after: Bag, names: readonly string[]): void {
  const unknown = names.filter((name) => before[name] === UNKNOWN && name in after);
  for (const name of unknown) expect(JSON.stringify(after[name]), name).toContain(UNKNOWN);
}
