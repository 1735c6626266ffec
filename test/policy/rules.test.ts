import { describe, expect, test } from "vitest";
import {
  CUSTOM_DOMAIN,
  DATABASE_WEBHOOK,
  DEPLOYMENT,
  PROMOTION,
  ROUTE,
  SQL_SCHEMA,
  STRIPE_ENDPOINT,
  WORKER,
  WORKER_VERSION,
} from "../../policy/resource-types.ts";
import { bindingsAreSecret } from "../../policy/rules/bindings-are-secret.ts";
import { bundleIsStaged } from "../../policy/rules/bundle-is-staged.ts";
import { compatibilityDateIsRecent } from "../../policy/rules/compatibility-date-is-recent.ts";
import { percentagesSumTo100 } from "../../policy/rules/percentages-sum-to-100.ts";
import { productionIsGuarded } from "../../policy/rules/production-is-guarded.ts";
import { routeIsOwn } from "../../policy/rules/route-is-own.ts";
import { stripeFitsStack } from "../../policy/rules/stripe-fits-stack.ts";
import { webhookRingsOwnWorker } from "../../policy/rules/webhook-rings-own-worker.ts";
import type { StackFiles } from "../../policy/stack-files.ts";
import { stackViolations, violations } from "./violations.ts";

const ACCOUNT = "0000000000000000000000000000005a";

const stacks: StackFiles = new Map([
  [
    "staging",
    { environment: "staging", stripeAccount: "acct_1FakeStaging", cloudflareAccountId: ACCOUNT },
  ],
  [
    "production",
    {
      environment: "production",
      stripeAccount: "acct_1FakeLive",
      cloudflareAccountId: ACCOUNT,
      domain: "sync.example.com",
      route: "hooks.example.com/*",
    },
  ],
]);

describe("percentages-sum-to-100", () => {
  const said = (...percentages: number[]) =>
    violations(percentagesSumTo100(), {
      type: DEPLOYMENT,
      props: { versions: percentages.map((percentage) => ({ versionId: "v", percentage })) },
    });

  test.each([[[100]], [[10, 90]], [[99.5, 0.5]]])("%j is right", async (percentages) => {
    expect(await said(...percentages)).toEqual([]);
  });

  test.each([
    [[10, 80], "10 % + 80 % = 90 %"],
    [[60, 60], "= 120 %"],
    [[110, -10], "none below 0"],
    [[], "nothing = 0 %"],
  ])("%j is refused", async (percentages, message) => {
    expect(await said(...percentages)).toEqual([expect.stringContaining(message)]);
  });
});

describe("compatibility-date-is-recent", () => {
  const said = (compatibilityDate: string | undefined) =>
    violations(
      compatibilityDateIsRecent(() => new Date("2026-11-24T12:00:00Z")),
      { type: WORKER_VERSION, props: { compatibilityDate } },
    );

  test("a date of a year ago to the day is recent", async () => {
    expect(await said("2025-11-24")).toEqual([]);
  });

  test.each(["2025-11-23", "2021-01-01", "soon", undefined])("%s is refused", async (date) => {
    expect(await said(date)).toEqual([expect.stringContaining("2025-11-24 or later")]);
  });
});

describe("bundle-is-staged", () => {
  const rule = bundleIsStaged(stacks);
  const bundleDigest = "f".repeat(64);
  const promotion = (props: Record<string, unknown>) => ({
    stack: "production",
    type: PROMOTION,
    props: { from: "staging", bundleDigest, allowUnstagedBundle: false, ...props },
  });
  const version = (stack: string, workersTag: string) => ({
    stack,
    type: WORKER_VERSION,
    props: { annotations: { workersTag } },
  });

  test("a promotion with a problem is refused in its words, and not when it is allowed", async () => {
    const problem = "Deploy commit 5d6e7f8091a2 to staging first";
    expect(await violations(rule, promotion({ problem }))).toEqual([problem]);
    expect(await violations(rule, promotion({ problem, allowUnstagedBundle: true }))).toEqual([]);
    expect(await violations(rule, promotion({}))).toEqual([]);
  });

  test("production's version must be of a bundle that was compared", async () => {
    expect(await violations(rule, promotion({}))).toEqual([]);
    expect(await violations(rule, version("production", bundleDigest))).toEqual([]);
    expect(await violations(rule, version("production", "e".repeat(64)))).toEqual([
      expect.stringContaining("Nothing says that the bundle eeee"),
    ]);
    expect(await violations(rule, version("staging", "e".repeat(64)))).toEqual([]);
  });
});

describe("bindings-are-secret", () => {
  const version = (...bindings: object[]) => ({
    type: WORKER_VERSION,
    props: { bindings },
    secretInputs: ["bindings"],
    secretOutputs: ["bindings"],
  });
  const key = { name: "STRIPE_API_KEY", type: "secret_text", text: "rk_test_fake_of_a_test" };
  const publishable = {
    name: "SUPABASE_PUBLISHABLE_KEY",
    type: "plain_text",
    text: "sb_publishable_fake",
  };

  test("marked bindings with secret_text pass, and so does a publishable key", async () => {
    expect(await violations(bindingsAreSecret(), version(key, publishable))).toEqual([]);
  });

  test("a plain_text binding with the name of a secret is refused by that name", async () => {
    const plain = { name: "WEBHOOK_TOKEN", type: "plain_text", text: "fake-token" };
    expect(await violations(bindingsAreSecret(), version(key, plain))).toEqual([
      expect.stringContaining("WEBHOOK_TOKEN is plain_text"),
    ]);
  });

  test("a plain_text binding with the look of a key is refused whatever its name", async () => {
    const plain = { name: "HARMLESS", type: "plain_text", text: "sk_test_fake_of_a_test" };
    const said = await violations(bindingsAreSecret(), version(plain));
    expect(said).toEqual([expect.stringContaining("HARMLESS is plain_text")]);
    expect(said.join()).not.toContain("sk_test_fake");
  });

  test("bindings that are not marked secret are refused", async () => {
    expect(await violations(bindingsAreSecret(), { ...version(key), secretInputs: [] })).toEqual([
      expect.stringContaining("not marked secret"),
    ]);
  });

  test("bindings without the second wall are refused", async () => {
    expect(await violations(bindingsAreSecret(), { ...version(key), secretOutputs: [] })).toEqual([
      expect.stringContaining("additionalSecretOutputs"),
    ]);
  });
});

describe("stripe-fits-stack", () => {
  const version = (stack: string, texts: Record<string, string>) => ({
    stack,
    type: WORKER_VERSION,
    props: {
      bindings: Object.entries(texts).map(([name, text]) => ({ name, type: "plain_text", text })),
    },
  });

  test.each([
    ["staging", "rk_test_fake", "false", "acct_1FakeStaging"],
    ["production", "rk_live_fake", "true", "acct_1FakeLive"],
  ])("the key, mode and account of %s pass", async (stack, key, livemode, account) => {
    const texts = { STRIPE_API_KEY: key, LIVEMODE: livemode, STRIPE_ACCOUNT: account };
    expect(await violations(stripeFitsStack(stacks), version(stack, texts))).toEqual([]);
  });

  test.each([
    ["staging", { STRIPE_API_KEY: "sk_live_fake" }, "is a live-mode key"],
    ["production", { STRIPE_API_KEY: "sk_test_fake" }, "is a test-mode key"],
    ["staging", { LIVEMODE: "true" }, "LIVEMODE is true"],
    ["production", { LIVEMODE: "false" }, "LIVEMODE is false"],
    ["staging", { STRIPE_ACCOUNT: "acct_1Other" }, "names acct_1FakeStaging"],
  ])("on %s, %j is refused", async (stack, texts, message) => {
    const said = await violations(
      stripeFitsStack(stacks),
      version(stack, texts as Record<string, string>),
    );
    expect(said).toEqual([expect.stringContaining(message)]);
    expect(said.join()).not.toContain("_fake");
  });

  test("an account of the other mode's stack is refused, even where the stack file names it", async () => {
    const muddled = new Map(stacks).set("staging", { stripeAccount: "acct_1FakeLive" });
    expect(
      await violations(
        stripeFitsStack(muddled),
        version("staging", { STRIPE_ACCOUNT: "acct_1FakeLive" }),
      ),
    ).toEqual([expect.stringContaining("belongs to stack production")]);
  });

  test("the deployment's own key is judged by its provider", async () => {
    expect(
      await violations(stripeFitsStack(stacks), {
        stack: "staging",
        type: STRIPE_ENDPOINT,
        props: {},
        providerProps: { apiKey: "sk_live_fake" },
      }),
    ).toEqual([expect.stringContaining("stripe:apiKey is a live-mode key")]);
  });
});

describe("production-is-guarded", () => {
  const rule = productionIsGuarded(stacks);
  const worker = (stack: string, protect: boolean, enabled: boolean) => ({
    stack,
    protect,
    type: WORKER,
    props: { observability: { enabled } },
  });

  test("protected and observed passes, and staging need be neither", async () => {
    expect(await violations(rule, worker("production", true, true))).toEqual([]);
    expect(await violations(rule, worker("staging", false, false))).toEqual([]);
  });

  test("an unprotected or unobserved Worker is refused", async () => {
    expect(await violations(rule, worker("production", false, true))).toEqual([
      expect.stringContaining("not protected"),
    ]);
    expect(await violations(rule, worker("production", true, false))).toEqual([
      expect.stringContaining("Observability is off"),
    ]);
  });

  test.each([SQL_SCHEMA, DATABASE_WEBHOOK])("an unprotected %s is refused", async (type) => {
    expect(await violations(rule, { stack: "production", type, props: {} })).toEqual([
      expect.stringContaining("not protected"),
    ]);
  });

  test("a stack of another name is production when its file says so", async () => {
    const renamed = productionIsGuarded(new Map([["eu", { environment: "production" }]]));
    expect(await violations(renamed, worker("eu", false, true))).toHaveLength(1);
  });
});

describe("route-is-own", () => {
  const said = (type: string, props: Record<string, unknown>, stack = "staging") =>
    violations(routeIsOwn(stacks), { stack, type, props });

  test("what no other stack has passes, and so does what is the stack's own", async () => {
    expect(await said(ROUTE, { pattern: "staging.example.com/*" })).toEqual([]);
    expect(await said(CUSTOM_DOMAIN, { hostname: "sync.example.com" }, "production")).toEqual([]);
    expect(
      await said(WORKER, { name: "stripe-customer-sync-staging", accountId: ACCOUNT }),
    ).toEqual([]);
  });

  test.each([
    [ROUTE, { pattern: "hooks.example.com/*" }],
    [ROUTE, { pattern: "sync.example.com/hook/*" }],
    [ROUTE, { pattern: "*.example.com/*" }],
    [CUSTOM_DOMAIN, { hostname: "hooks.example.com" }],
    [WORKER, { name: "stripe-customer-sync-production", accountId: ACCOUNT }],
  ])("%s %j of production is refused to staging", async (type, props) => {
    expect(await said(type, props)).toEqual([
      expect.stringContaining("belongs to stack production too"),
    ]);
  });
});

describe("webhook-rings-own-worker", () => {
  const worker = {
    type: WORKER,
    props: { name: "sync-staging", subdomain: { enabled: true } },
  };
  const domain = { type: CUSTOM_DOMAIN, props: { hostname: "sync.example.com" } };
  const route = { type: ROUTE, props: { pattern: "hooks.example.com/*" } };
  const webhook = (url: string) => ({ type: DATABASE_WEBHOOK, props: { url } });
  const endpoint = (url: string) => ({ type: STRIPE_ENDPOINT, props: { url } });

  test.each([
    "https://sync-staging.my-team.workers.dev/webhooks/supabase",
    "https://sync.example.com/webhooks/supabase",
    "https://hooks.example.com/webhooks/supabase",
    "http://127.0.0.1:4811/sync-staging.my-team.workers.dev/webhooks/supabase",
  ])("%s is this stack's Worker", async (url) => {
    const resources = [worker, domain, route, webhook(url), endpoint(url)];
    expect(await stackViolations(webhookRingsOwnWorker(), resources)).toEqual([]);
  });

  test.each([
    "https://sync-production.my-team.workers.dev/webhooks/supabase",
    "https://evil.example/webhooks/supabase",
    "https://sync-staging.my-team.workers.dev.evil.example/webhooks/supabase",
    "http://127.0.0.1:4811/sync-production.my-team.workers.dev/webhooks/supabase",
  ])("%s is not", async (url) => {
    for (const caller of [webhook(url), endpoint(url)]) {
      expect(await stackViolations(webhookRingsOwnWorker(), [worker, domain, caller])).toEqual([
        expect.stringContaining("not this stack's Worker"),
      ]);
    }
  });

  test("workers.dev is not this stack's Worker where it is switched off", async () => {
    const closed = { type: WORKER, props: { name: "sync-staging", subdomain: { enabled: false } } };
    const caller = webhook("https://sync-staging.my-team.workers.dev/webhooks/supabase");
    expect(await stackViolations(webhookRingsOwnWorker(), [closed, domain, caller])).toHaveLength(
      1,
    );
  });
});
