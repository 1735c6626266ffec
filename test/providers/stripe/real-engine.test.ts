import { afterEach, beforeEach, expect, test } from "vitest";
import { createEngineProject, type EngineProject } from "../kit/engine-project.ts";
import { ScriptedStripe } from "./scripted-stripe.ts";

const apiKey = "sk_test_fake_real_engine";
const signingSecret = "whsec_fakeSecretOf";

const program = (extra = "") => `
import * as stripe from "@pulumi/stripe";
const endpoint = new stripe.WebhookEndpoint("events", {
  url: "https://worker.example.com/webhooks/stripe",
  enabledEvents: ["customer.deleted", "customer.updated"],
  ${extra}
});
export const secretLength = endpoint.secret.apply((secret) => secret.length);
export const account = stripe.getAccount().then(({ id }) => id);
`;

let stripe: ScriptedStripe;
let project: EngineProject;

beforeEach(async () => {
  stripe = new ScriptedStripe();
  const apiBase = await stripe.start();
  project = await createEngineProject({
    plugins: { stripe: "providers/stripe" },
    program: program(),
  });
  await project.succeed("config", "set", "stripe:apiBase", apiBase);
  await project.succeed("config", "set", "--secret", "stripe:apiKey", apiKey);
});

afterEach(async () => {
  await project.remove();
  await stripe.stop();
});

test("the engine starts the plugin, makes one endpoint, keeps its secret and removes it", async () => {
  await project.succeed("preview");
  expect(stripe.endpoints.size).toBe(0);
  expect(await project.succeed("up", "--yes")).toContain('account     : "acct_1FakeScripted"');
  await project.succeed("up", "--yes", "--expect-no-changes");
  await project.succeed("refresh", "--preview-only", "--expect-no-changes");
  expect(stripe.endpoints.size).toBe(1);

  const state = await project.state();
  expect(state).not.toContain(signingSecret);
  expect(state).not.toContain(apiKey);

  await project.succeed("destroy", "--yes");
  expect(stripe.endpoints.size).toBe(0);
});

test("drift is shown as old => new and repaired; a deleted endpoint is made again", async () => {
  await project.succeed("up", "--yes");
  const [endpoint] = stripe.endpoints.values();
  if (endpoint === undefined) throw new Error("no endpoint was made");
  Object.assign(endpoint, {
    url: "https://evil.example.com/",
    status: "disabled",
    enabled_events: ["customer.deleted"],
  });
  const drift = await project.run("refresh", "--preview-only", "--expect-no-changes", "--diff");
  expect(drift.exitCode).not.toBe(0);
  expect(drift.output).toContain(
    '~ url          : "https://worker.example.com/webhooks/stripe" => "https://evil.example.com/"',
  );
  expect(drift.output).toContain('~ status       : "enabled" => "disabled"');
  expect(drift.output).toContain('- [1]: "customer.updated"');

  await project.succeed("up", "--yes", "--refresh");
  expect(endpoint).toMatchObject({
    url: "https://worker.example.com/webhooks/stripe",
    status: "enabled",
    enabled_events: ["customer.deleted", "customer.updated"],
  });

  stripe.endpoints.clear();
  await project.succeed("up", "--yes", "--refresh");
  expect(stripe.endpoints.size).toBe(1);
});

test("an endpoint that was made by hand is imported and then declared", async () => {
  await project.succeed("up", "--yes");
  const [id] = stripe.endpoints.keys();
  await project.succeed("state", "delete", "--yes", "--all");
  await project.writeProgram(
    `${program()}
new stripe.WebhookEndpoint("old", {
  url: "https://worker.example.com/webhooks/stripe",
  enabledEvents: ["customer.deleted", "customer.updated"],
}, { import: "${id}" });`
      .replace(/const endpoint[^;]*;\n/, "")
      .replace(/export.*secretLength.*\n/, ""),
  );
  const output = await project.succeed("up", "--yes");
  expect(output).toContain("Stripe does not tell the signing secret");
  expect([...stripe.endpoints.keys()]).toEqual([id]);
});

test("another API version replaces the endpoint: the new one is there before the old one goes", async () => {
  await project.succeed("up", "--yes");
  const [old] = stripe.endpoints.keys();
  stripe.requests.length = 0;
  await project.writeProgram(program('apiVersion: "2026-09-30.dahlia",'));
  await project.succeed("up", "--yes");
  const [only, ...more] = stripe.endpoints.keys();
  expect(more).toEqual([]);
  expect(only).not.toBe(old);
  const effects = stripe.requests.filter((request) => !request.startsWith("GET"));
  expect(effects).toEqual(["POST /v1/webhook_endpoints", `DELETE /v1/webhook_endpoints/${old}`]);
});

test("a wrong property stops the preview with its name and a suggestion", async () => {
  await project.writeProgram(program('descripton: "x",'));
  const { exitCode, output } = await project.run("preview");
  expect(exitCode).not.toBe(0);
  expect(output).toContain('there is no property "descripton" (did you mean "description"?)');
});
