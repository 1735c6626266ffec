import { afterEach, beforeEach, expect, test } from "vitest";
import { createEngineProject, type EngineProject } from "../kit/engine-project.ts";
import { accountId, apiToken, operatorToken, ScriptedWorker } from "./scripted-worker.ts";

const own = "11111111-1111-4111-8111-111111111111";
const byHand = "22222222-2222-4222-8222-222222222222";
const fingerprints = { STRIPE_API_KEY: "aaaaaaaaaaaaaaaa", WEBHOOK_TOKEN: "bbbbbbbbbbbbbbbb" };
const bindingNames = ["ENVIRONMENT", "STRIPE_API_KEY", "WEBHOOK_TOKEN"];

let worker: ScriptedWorker;
let project: EngineProject;

beforeEach(async () => {
  worker = new ScriptedWorker();
  await worker.start();
  worker.versions.set(own, { bindings: bindingNames, fingerprints, operatorToken });
  worker.versions.set(byHand, {
    bindings: [...bindingNames, "BACKDOOR"],
    fingerprints: { ...fingerprints, WEBHOOK_TOKEN: "cccccccccccccccc" },
    operatorToken,
  });
  worker.deployment = [{ versionId: own, percentage: 100 }];
  worker.schedules = ["* * * * *"];
  project = await createEngineProject({
    plugins: { "live-worker": "providers/live-worker" },
    program: programFor(fingerprints),
  });
});

afterEach(async () => {
  await project.remove();
  await worker.stop();
});

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

test("a Worker that is as declared passes, stays unchanged, and no secret is in the state", async () => {
  await project.succeed("up", "--yes");
  await project.succeed("up", "--yes", "--expect-no-changes");
  await project.succeed("refresh", "--preview-only", "--expect-no-changes");
  const state = await project.state();
  expect(state).toContain("live-worker:index:LiveCheck");
  expect(state).not.toContain(operatorToken);
  expect(state).not.toContain(apiToken);
});

test("a refresh names what was changed by hand, old => new", async () => {
  await project.succeed("up", "--yes");
  worker.deployment = [{ versionId: byHand, percentage: 100 }];
  worker.schedules = ["0 0 * * *"];
  const { exitCode, output } = await project.run(
    "refresh",
    "--preview-only",
    "--expect-no-changes",
    "--diff",
  );
  expect(exitCode).not.toBe(0);
  expect(output).toContain(`~ versionId: "${own}" => "${byHand}"`);
  expect(output).toContain('~ [0]: "* * * * *" => "0 0 * * *"');
  expect(output).toContain('~ WEBHOOK_TOKEN: "bbbbbbbbbbbbbbbb" => "cccccccccccccccc"');
  expect(output).toMatch(/~ bindingNames: \[\n\s+\+ \[0\]: "BACKDOOR"\n\s+\]/);
  expect(output).not.toContain(operatorToken);

  // Whoever repairs it deploys again; the check itself only looks.
  const failed = await project.run("up", "--yes", "--refresh");
  expect(failed.output).toContain(`newest deployment: ${byHand} at 100 %, not ${own} at 100 %`);
  worker.deployment = [{ versionId: own, percentage: 100 }];
  worker.schedules = ["* * * * *"];
  await project.succeed("up", "--yes", "--refresh");
  await project.succeed("refresh", "--preview-only", "--expect-no-changes");
});

test("a stopped Worker is drift of one property", async () => {
  await project.succeed("up", "--yes");
  worker.fault = "503";
  const { exitCode, output } = await project.run(
    "refresh",
    "--preview-only",
    "--expect-no-changes",
    "--diff",
  );
  expect(exitCode).not.toBe(0);
  expect(output).toContain("reachable: true => false");
  expect(output).toContain("does not answer: it answered 503");
});

test("a preview names the secret that will change", async () => {
  await project.succeed("up", "--yes");
  await project.writeProgram(programFor({ ...fingerprints, WEBHOOK_TOKEN: "eeeeeeeeeeeeeeee" }));
  const output = await project.succeed("preview", "--diff");
  expect(output).toContain('WEBHOOK_TOKEN: "bbbbbbbbbbbbbbbb" => "eeeeeeeeeeeeeeee"');
});
