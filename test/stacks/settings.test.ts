import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { settingCatalogue } from "../../stacks/setting-catalogue.ts";
import { readSettings } from "../../stacks/settings.ts";
import { SettingsError } from "../../stacks/settings-error.ts";
import { validConfiguration } from "./valid-configuration.ts";

const key = (name: string) => `stripe-customer-sync:${name}`;

/** The message that an operator sees for this configuration. */
function refusal(config: Readonly<Record<string, string>>, stack = "staging"): string {
  try {
    readSettings(config, stack, {});
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  throw new Error("the settings were accepted");
}

const withSettings = (changes: Record<string, string>) => ({ ...validConfiguration, ...changes });

describe("settings of a stack", () => {
  test("a complete stack file is accepted", () => {
    const settings = readSettings(validConfiguration, "staging", {});
    expect(settings.worker.url).toBe("https://stripe-customer-sync-staging.my-team.workers.dev");
    expect(settings.supabase.url).toBe("https://abcdefghijklmnopqrst.supabase.co");
    expect(settings.pacePerSecond).toBe(20);
    expect(settings.environment.livemode).toBe(false);
  });

  test("an empty stack file is refused with every missing setting and its command", () => {
    const message = refusal({}, "staging");
    for (const line of [
      "pulumi config set environment 'staging' -s staging",
      "pulumi config set cloudflareAccountId '0123456789abcdef0123456789abcdef' -s staging",
      "pulumi config set --secret cloudflare:apiToken -s staging",
      "pulumi config set workersDevSubdomain 'my-team' -s staging",
      "pulumi config set --secret stripe:apiKey -s staging",
      "openssl rand -hex 32 | pulumi config set --secret webhookToken -s staging",
    ]) {
      expect(message).toContain(line);
    }
    expect(message).toMatch(
      /^The settings of stack staging have 13 problems; nothing was changed\./,
    );
  });

  test("a missing setting that has a provider's environment variable is taken from there", () => {
    const { "stripe:apiKey": _, ...config } = validConfiguration;
    expect(refusal(config)).toContain("stripe:apiKey is missing");
    expect(() =>
      readSettings(config, "staging", { STRIPE_API_KEY: "sk_test_fake_from_environment" }),
    ).not.toThrow();
  });

  test("a mistyped setting is refused rather than ignored", () => {
    const message = refusal(withSettings({ [key("domian")]: "sync.example.com" }));
    expect(message).toContain("domian is not a setting");
    expect(message).toContain("pulumi config rm domian -s staging");
  });

  test("a live key in a test-mode environment is refused by name of both sides", () => {
    const message = refusal(withSettings({ [key("stripeWorkerKey")]: "rk_live_fake_worker" }));
    expect(message).toContain(
      "stripeWorkerKey is a live-mode key, but environment staging is test mode",
    );
  });

  test("a test key in production is refused", () => {
    const message = refusal(withSettings({ [key("environment")]: "production" }), "production");
    expect(message).toContain(
      "stripe:apiKey is a test-mode key, but environment production is live mode",
    );
    expect(message).toContain("-s production");
  });

  test("alerts are counted in minutes by people and in seconds by the Worker", () => {
    const { alerts } = readSettings(validConfiguration, "staging", {});
    expect(alerts).toEqual({
      url: undefined,
      unlinkedSeconds: 300,
      deadJobs: 1,
      silentSeconds: 3_600,
    });
    expect(
      readSettings(withSettings({ [key("alertWebhookSilentMinutes")]: "10" }), "staging", {}).alerts
        .silentSeconds,
    ).toBe(600);
    expect(refusal(withSettings({ [key("alertWebhookSilentMinutes")]: "5" }))).toContain(
      "alertWebhookSilentMinutes must be a whole number of minutes from 10 to 9999",
    );
  });

  test("a domain needs its zone and excludes a route", () => {
    const message = refusal(
      withSettings({ [key("domain")]: "sync.example.com", [key("route")]: "sync.example.com/*" }),
    );
    expect(message).toContain("cloudflareZoneId is missing: a domain or route needs its zone");
    expect(message).toContain("route cannot be set together with domain");
  });

  test("a domain is where the Worker answers", () => {
    const settings = readSettings(
      withSettings({
        [key("domain")]: "sync.example.com",
        [key("cloudflareZoneId")]: "0123456789abcdef0123456789abcdef",
      }),
      "staging",
      {},
    );
    expect(settings.worker.url).toBe("https://sync.example.com");
  });

  test("the local cloud's Workers are reached below its address", () => {
    const settings = readSettings(
      withSettings({ [key("workersEndpoint")]: "http://127.0.0.1:4811" }),
      "local",
      {},
    );
    expect(settings.worker.url).toBe(
      "http://127.0.0.1:4811/stripe-customer-sync-local.my-team.workers.dev",
    );
  });

  test("a new version gets all requests unless a rollout says otherwise", () => {
    expect(readSettings(validConfiguration, "staging", {}).release).toEqual({
      percentage: 100,
      pinnedVersion: undefined,
    });
    const rollout = withSettings({ [key("rollout")]: "10" });
    expect(readSettings(rollout, "staging", {}).release.percentage).toBe(10);
  });

  test.each(["0", "101", "010", "10.5", "10%", "ten"])("a rollout of %s is refused", (rollout) => {
    expect(refusal(withSettings({ [key("rollout")]: rollout }))).toContain(
      "rollout must be a whole number from 1 to 100",
    );
  });

  test("a pinned version is named by its id", () => {
    expect(refusal(withSettings({ [key("pinnedVersion")]: "latest" }))).toContain(
      "pinnedVersion must be a version's id (a UUID)",
    );
  });

  test("one token for two purposes is refused", () => {
    const shared = "fake-shared-token-that-opens-nothing";
    const message = refusal(
      withSettings({ [key("webhookToken")]: shared, [key("operatorToken")]: shared }),
    );
    expect(message).toContain("operatorToken must differ from webhookToken");
  });

  test.each(Object.keys(validConfiguration))(
    "a wrong value of %s never shows in the message",
    (name) => {
      const value = "FAKE SECRET\u0000IN THE WRONG PLACE";
      expect(refusal(withSettings({ [name]: value }))).not.toContain("IN THE WRONG PLACE");
    },
  );
});

describe("what a rotation declares", () => {
  const stripeOf = (stripeEndpoints: string) =>
    readSettings(withSettings({ [key("stripeEndpoints")]: stripeEndpoints }), "staging", {}).stripe;

  test("is one of each when nothing is said", () => {
    const { supabase, stripe } = readSettings(validConfiguration, "staging", {});
    expect(supabase.workerKeys).toEqual([1]);
    expect(stripe.endpoints).toEqual([{ generation: 1, silent: false }]);
  });

  test("is two while it lasts, the one in use last", () => {
    expect(stripeOf("1,2:silent").endpoints).toEqual([
      { generation: 1, silent: false },
      { generation: 2, silent: true },
    ]);
    expect(stripeOf("1:silent,2").endpoints[0]).toEqual({ generation: 1, silent: true });
  });

  test.each([
    ["stripeEndpoints", "1:silent", /stripeEndpoints must name one that is not silent/],
    ["stripeEndpoints", "2,2", /stripeEndpoints must not name a number twice/],
    ["stripeEndpoints", "1,2,3", /stripeEndpoints must be one or two numbers/],
    ["workerKeys", "3,3", /workerKeys must not name a number twice/],
    ["workerKeys", "one", /workerKeys must be one or two numbers/],
  ])("%s %s is refused", (name, value, reason) => {
    expect(refusal(withSettings({ [key(name)]: value }))).toMatch(reason);
  });

  test("leaves no room for a third signing secret", () => {
    const both = withSettings({
      [key("stripeEndpoints")]: "1,2",
      [key("stripeSigningSecretPrevious")]: "whsec_fake_before",
    });
    expect(refusal(both)).toContain("stripeSigningSecretPrevious cannot be set while");
  });
});

describe("a database credential for the Worker", () => {
  const claims = (role: string) => Buffer.from(JSON.stringify({ role })).toString("base64url");
  const warningsFor = (supabaseWorkerKey: string) =>
    readSettings(withSettings({ [key("supabaseWorkerKey")]: supabaseWorkerKey }), "staging", {})
      .warnings;

  test("is not needed: the stack makes one", () => {
    const settings = readSettings(validConfiguration, "staging", {});
    expect(settings.supabase.workerKey).toBeUndefined();
    expect(settings.warnings).toEqual([]);
  });

  test.each([
    ["an sb_secret_ key", "sb_secret_fake_that_opens_nothing"],
    ["a token of service_role", `eyJfake.${claims("service_role")}.fake-signature`],
  ])("%s is accepted with a warning of what it opens and what to do", (_what, given) => {
    expect(warningsFor(given)).toEqual([
      expect.stringMatching(
        /opens the whole project: it is service_role.*pulumi config rm supabaseWorkerKey -s staging, then pulumi up -s staging/,
      ),
    ]);
    expect(warningsFor(given).join()).not.toContain(given);
  });

  test.each([
    ["a token of the Worker's role", `eyJfake.${claims("stripe_sync_worker")}.fake-signature`],
    ["something else", "fake-worker-key.that-opens.nothing"],
  ])("%s is accepted without a word", (_what, given) => {
    expect(warningsFor(given)).toEqual([]);
  });
});

describe("the stack files", () => {
  test.each(["staging", "production"])("Pulumi.%s.yaml explains every setting", (stack) => {
    const file = readFileSync(join(import.meta.dirname, `../../Pulumi.${stack}.yaml`), "utf8");
    for (const setting of settingCatalogue) {
      expect(file).toContain(`${setting.meaning}.`);
      expect(file).toContain(setting.secret ? `--secret ${setting.key} -s ${stack}` : setting.key);
    }
  });
});
