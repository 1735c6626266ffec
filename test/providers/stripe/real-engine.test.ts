import { afterAll, beforeAll, expect, test } from "vitest";
import { createEngineProject, type EngineProject } from "../kit/engine-project.ts";
import { ScriptedStripe } from "./scripted-stripe.ts";

const apiKey = "sk_test_fake_real_engine";
const signingSecret = "whsec_fakeSecretOf";
const events = ["customer.deleted", "customer.updated"];
const kept = { url: "https://worker.example.com/webhooks/stripe", enabledEvents: events };
const lost = { url: "https://worker.example.com/lost", enabledEvents: events };
const UP = ["up", "--yes", "--skip-preview"];

/** A program with these endpoints: its arguments and options by resource name. */
const program = (endpoints: Record<string, object[]>) => `
import * as stripe from "@pulumi/stripe";
${Object.entries(endpoints)
  .map(([name, [args, options]]) => {
    const given = [name, args, options].map((each) => JSON.stringify(each));
    return `new stripe.WebhookEndpoint(${given.join(", ")});`;
  })
  .join("\n")}
export const account = stripe.getAccount().then(({ id }) => id);
`;

let stripe: ScriptedStripe;
let apiBase: string;
let project: EngineProject;

// One stack for all of these: each run of the engine costs seconds of processor time.
beforeAll(async () => {
  stripe = new ScriptedStripe();
  apiBase = await stripe.start();
  project = await createEngineProject({
    plugins: { stripe: "providers/stripe" },
    program: program({ kept: [kept], lost: [lost] }),
  });
  const plain = ["--plaintext", `stripe:apiBase=${apiBase}`];
  await project.succeed("config", "set-all", ...plain, "--secret", `stripe:apiKey=${apiKey}`);
});

afterAll(async () => {
  await project.remove();
  await stripe.stop();
});

/** The one endpoint at an address. */
function endpointAt(url: string) {
  const [found, ...more] = [...stripe.endpoints.values()].filter((each) => each.url === url);
  if (found === undefined || more.length > 0) throw new Error(`not one endpoint at ${url}`);
  return found;
}

/** What was changed in Stripe since the last call. */
function effects(): string[] {
  return stripe.requests.splice(0).filter((request) => !request.startsWith("GET"));
}

test("the engine starts the plugin and makes each endpoint once, in the update alone", async () => {
  // With its preview: had that made anything, there would be more than these.
  expect(await project.succeed("up", "--yes")).toContain('account: "acct_1FakeScripted"');
  expect(effects()).toEqual(["POST /v1/webhook_endpoints", "POST /v1/webhook_endpoints"]);

  await project.succeed(...UP, "--refresh", "--expect-no-changes");
  expect(effects()).toEqual([]);

  const state = await project.state();
  expect(state).toContain("stripe:index:WebhookEndpoint");
  expect(state).not.toContain(signingSecret);
  expect(state).not.toContain(apiKey);
});

test("drift is shown as old => new and repaired; a deleted endpoint is made again", async () => {
  const endpoint = endpointAt(kept.url);
  const deleted = endpointAt(lost.url);
  Object.assign(endpoint, {
    url: "https://evil.example.com/",
    status: "disabled",
    enabled_events: ["customer.deleted"],
  });
  stripe.endpoints.delete(deleted.id);
  const drift = await project.run("refresh", "--preview-only", "--expect-no-changes", "--diff");
  expect(drift.exitCode).not.toBe(0);
  expect(drift.output).toContain(
    '~ url          : "https://worker.example.com/webhooks/stripe" => "https://evil.example.com/"',
  );
  expect(drift.output).toContain('~ status       : "enabled" => "disabled"');
  expect(drift.output).toContain('- [1]: "customer.updated"');

  await project.succeed(...UP, "--refresh");
  expect(endpoint).toMatchObject({ url: kept.url, status: "enabled", enabled_events: events });
  expect(endpointAt(lost.url).id).not.toBe(deleted.id);
  expect(stripe.endpoints.size).toBe(2);
});

test("a wrong property stops the preview with its name and a suggestion", async () => {
  await project.writeProgram(program({ kept: [{ ...kept, descripton: "x" }] }));
  const { exitCode, output } = await project.run("preview");
  expect(exitCode).not.toBe(0);
  expect(output).toContain('there is no property "descripton" (did you mean "description"?)');
});

test("an update imports one made by hand, and replaces one for another API version: new before old", async () => {
  const byHand = { url: "https://worker.example.com/by-hand", enabledEvents: events };
  await fetch(`${apiBase}/v1/webhook_endpoints`, {
    method: "POST",
    body: new URLSearchParams([
      ["url", byHand.url],
      ...events.map((event, at) => [`enabled_events[${at}]`, event]),
    ]),
  });
  const { id } = endpointAt(byHand.url);
  const old = endpointAt(kept.url);
  const others = [id, endpointAt(lost.url).id];
  effects();
  await project.writeProgram(
    program({
      kept: [{ ...kept, apiVersion: "2026-09-30.dahlia" }],
      lost: [lost],
      "by-hand": [byHand, { import: id }],
    }),
  );
  const output = await project.succeed(...UP);
  expect(output).toContain("Stripe does not tell the signing secret");
  expect(effects()).toEqual([
    "POST /v1/webhook_endpoints",
    `DELETE /v1/webhook_endpoints/${old.id}`,
  ]);
  expect([...stripe.endpoints.keys()].sort()).toEqual([...others, endpointAt(kept.url).id].sort());
});

test("destroy removes every endpoint", async () => {
  await project.succeed("destroy", "--yes", "--skip-preview");
  expect(stripe.endpoints.size).toBe(0);
});
