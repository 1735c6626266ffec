import { afterAll, beforeAll, expect, test } from "vitest";
import { createEngineProject, type EngineProject } from "../kit/engine-project.ts";
import { accountId, apiToken, operatorToken, ScriptedWorker } from "./scripted-worker.ts";

const own = "11111111-1111-4111-8111-111111111111";
const byHand = "22222222-2222-4222-8222-222222222222";
const fingerprints = { STRIPE_API_KEY: "aaaaaaaaaaaaaaaa", WEBHOOK_TOKEN: "bbbbbbbbbbbbbbbb" };
const UP = ["up", "--yes", "--skip-preview"];
const LOOK = ["refresh", "--preview-only", "--expect-no-changes", "--diff"];
const bindingNames = ["ENVIRONMENT", "STRIPE_API_KEY", "WEBHOOK_TOKEN"];

let worker: ScriptedWorker;
let project: EngineProject;

// One stack for all of these, each test goes on where the one before left it: every run of the
// engine costs seconds of processor time.
beforeAll(async () => {
  worker = new ScriptedWorker();
  await worker.start();
  worker.versions.set(own, { bindings: bindingNames, fingerprints, operatorToken });
  worker.versions.set(byHand, {
    bindings: [...bindingNames, "BACKDOOR"],
    fingerprints: { ...fingerprints, WEBHOOK_TOKEN: "cccccccccccccccc" },
    operatorToken,
  });
  deployAsDeclared();
  project = await createEngineProject({
    plugins: { "live-worker": "providers/live-worker" },
    program: programFor(fingerprints),
  });
});

afterAll(async () => {
  await project.remove();
  await worker.stop();
});

function deployAsDeclared(): void {
  worker.deployment = [{ versionId: own, percentage: 100 }];
  worker.schedules = ["* * * * *"];
}

function programFor(expected: Record<string, string>): string {
  const args = {
    accountId,
    workerName: "sync",
    workerUrl: worker.url,
    versions: [{ versionId: own, percentage: 100 }],
    schedules: ["* * * * *"],
    bindingNames,
    fingerprints: expected,
    operatorToken,
    waitSeconds: 1,
  };
  return `
import * as live from "@stripe-customer-sync/live-worker";
const provider = new live.Provider("cloudflare", {
  apiToken: "${apiToken}",
  baseUrl: "${worker.baseUrl}",
});
new live.LiveCheck("check", ${JSON.stringify(args)}, { provider });
`;
}

/** What the engine shows as added, changed or removed, without its count. */
function changedLines(output: string): string[] {
  const [shown = ""] = output.split("\nResources:");
  return [...shown.matchAll(/^ +([~+-] .*)$/gm)].map(([, line = ""]) => line);
}

test("a Worker that is as declared passes, stays unchanged, and no secret is in the state", async () => {
  await project.succeed(...UP);
  await project.succeed(...UP, "--refresh", "--expect-no-changes");
  const state = await project.state();
  expect(state).toContain("live-worker:index:LiveCheck");
  expect(state).not.toContain(operatorToken);
  expect(state).not.toContain(apiToken);
});

test("a stopped Worker is drift of one property", async () => {
  worker.fault = "503";
  const { exitCode, output } = await project.run(...LOOK);
  worker.fault = undefined;
  expect(exitCode).not.toBe(0);
  expect(output).toContain("does not answer: it answered 503");
  expect(changedLines(output)).toEqual([
    "~ live-worker:index:LiveCheck: (update)",
    "~ reachable: true => false",
  ]);
});

test("a refresh names what was changed by hand, old => new", async () => {
  worker.deployment = [{ versionId: byHand, percentage: 100 }];
  worker.schedules = ["0 0 * * *"];
  const { exitCode, output } = await project.run(...LOOK);
  expect(exitCode).not.toBe(0);
  expect(output).toContain(`~ versionId: "${own}" => "${byHand}"`);
  expect(output).toContain('~ [0]: "* * * * *" => "0 0 * * *"');
  expect(output).toContain('~ WEBHOOK_TOKEN: "bbbbbbbbbbbbbbbb" => "cccccccccccccccc"');
  expect(output).toMatch(/~ bindingNames: \[\n\s+\+ \[0\]: "BACKDOOR"\n\s+\]/);
  expect(output).not.toContain(operatorToken);
});

// The check itself only looks.
test("an update fails until somebody deploys again", async () => {
  const failed = await project.run(...UP, "--refresh");
  expect(failed.exitCode).not.toBe(0);
  expect(failed.output).toContain(`newest deployment: ${byHand} at 100 %, not ${own} at 100 %`);
  deployAsDeclared();
  await project.succeed(...UP, "--refresh");
});

test("a preview names the secret that will change, and nothing else is left of the repair", async () => {
  await project.writeProgram(programFor({ ...fingerprints, WEBHOOK_TOKEN: "eeeeeeeeeeeeeeee" }));
  const output = await project.succeed("preview", "--diff", "--refresh");
  expect(changedLines(output)).toEqual([
    "~ live-worker:index:LiveCheck: (update)",
    "~ fingerprints: {",
    '~ WEBHOOK_TOKEN: "bbbbbbbbbbbbbbbb" => "eeeeeeeeeeeeeeee"',
  ]);
});
