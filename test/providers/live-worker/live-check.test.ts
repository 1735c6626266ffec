import { type ProviderServer, serveProvider, UNKNOWN } from "@stripe-customer-sync/provider-kit";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { liveWorkerProvider } from "../../../providers/live-worker/plugin/live-worker-provider.ts";
import { EngineClient, secretOf } from "../kit/engine-client.ts";
import { accountId, apiToken, operatorToken, ScriptedWorker } from "./scripted-worker.ts";

const type = "live-worker:index:LiveCheck";
const own = "11111111-1111-4111-8111-111111111111";
const byHand = "22222222-2222-4222-8222-222222222222";
const fingerprints = { STRIPE_API_KEY: "aaaaaaaaaaaaaaaa", WEBHOOK_TOKEN: "bbbbbbbbbbbbbbbb" };
const bindingNames = ["ENVIRONMENT", "STRIPE_API_KEY", "WEBHOOK_TOKEN"];

let worker: ScriptedWorker;
let server: ProviderServer;
let engine: EngineClient;
let inputs: Record<string, unknown>;

beforeEach(async () => {
  worker = new ScriptedWorker();
  await worker.start();
  worker.versions.set(own, { bindings: [...bindingNames], fingerprints, operatorToken });
  worker.deployment = [{ versionId: own, percentage: 100 }];
  worker.schedules = ["* * * * *"];
  server = await serveProvider(liveWorkerProvider);
  engine = new EngineClient(server.port);
  await engine.configure({ apiToken, baseUrl: worker.baseUrl });
  inputs = (await engine.check(type, declared())).inputs;
});

afterEach(async () => {
  vi.unstubAllEnvs();
  engine.close();
  await server.close();
  await worker.stop();
});

function declared() {
  return {
    accountId,
    workerName: "sync",
    workerUrl: worker.url,
    versions: [{ versionId: own, percentage: 100 }],
    schedules: ["* * * * *"],
    bindingNames,
    fingerprints,
    operatorToken,
    waitSeconds: 1,
  };
}

function deployByHand() {
  worker.versions.set(byHand, {
    bindings: [...bindingNames, "BACKDOOR"],
    fingerprints: {
      ...fingerprints,
      WEBHOOK_TOKEN: "cccccccccccccccc",
      BACKDOOR: "dddddddddddddddd",
    },
    operatorToken,
  });
  worker.deployment = [{ versionId: byHand, percentage: 100 }];
}

describe("an update", () => {
  test("passes when everything is live, and keeps the operator's token secret", async () => {
    const { id, outputs } = await engine.create(type, inputs);
    expect(id).toBe(`${accountId}/sync`);
    expect(outputs).toMatchObject({ reachable: true, operatorToken: secretOf(operatorToken) });
  });

  test("looks at nothing in a preview", async () => {
    const versions = [{ versionId: UNKNOWN, percentage: 100 }];
    const planned = await engine.create(type, { ...inputs, versions }, { preview: true });
    expect(planned.outputs).toMatchObject({ versions });
    expect(worker.requests).toEqual([]);
  });

  test("waits for a deployment that is not everywhere yet", async () => {
    worker.fault = "503";
    setTimeout(() => {
      worker.fault = undefined;
    }, 300);
    await expect(engine.create(type, inputs)).resolves.toBeDefined();
  });

  test("fails with every difference by name and without a secret", async () => {
    deployByHand();
    worker.schedules = ["0 0 * * *"];
    const failure = await engine.create(type, inputs).catch(String);
    expect(failure).toContain(
      [
        "The Worker sync is not what this stack deployed (waited 1 s):",
        `  - newest deployment: ${byHand} at 100 %, not ${own} at 100 %`,
        '  - schedules: "0 0 * * *", not "* * * * *"',
        "  - binding BACKDOOR is unknown",
        "  - secret BACKDOOR is unknown",
        "  - secret WEBHOOK_TOKEN: fingerprint cccccccccccccccc, not bbbbbbbbbbbbbbbb",
      ].join("\n"),
    );
    expect(failure).not.toContain(operatorToken);
  });

  test.each([
    ["503", "does not answer: it answered 503"],
    ["html", "does not answer: it answered /live with something else"],
    ["cached", "does not answer: a cache answered in its place"],
  ] as const)("fails when the Worker answers wrongly: %s", async (fault, reason) => {
    worker.fault = fault;
    await expect(engine.create(type, inputs)).rejects.toMatchObject({
      details: expect.stringContaining(`version ${own} ${reason}`),
    });
  });

  test("fails when the Worker does not take the operator's token", async () => {
    await expect(
      engine.create(type, { ...inputs, operatorToken: "fake-wrong-token" }),
    ).rejects.toMatchObject({
      details: expect.stringContaining(`version ${own} refuses the operator's token`),
    });
  });

  test("fails when there is no such Worker", async () => {
    worker.exists = false;
    await expect(engine.create(type, inputs)).rejects.toMatchObject({
      details: expect.stringContaining("there is no such Worker"),
    });
  });

  test("asks each version of a gradual rollout; the older may hold an older token", async () => {
    const older = { bindings: ["OTHER"], fingerprints: {}, operatorToken: "fake-older-token" };
    worker.versions.set(byHand, older);
    const versions = [
      { versionId: own, percentage: 10 },
      { versionId: byHand, percentage: 90 },
    ];
    worker.deployment = versions;
    await expect(engine.create(type, { ...inputs, versions })).resolves.toBeDefined();

    worker.fault = "deaf to overrides";
    older.operatorToken = operatorToken;
    await expect(engine.create(type, { ...inputs, versions })).rejects.toMatchObject({
      details: expect.stringContaining(`version ${byHand} answers in place of ${own}`),
    });
  });
});

describe("a refresh in the middle of a gradual rollout", () => {
  const versions = [
    { versionId: own, percentage: 10 },
    { versionId: byHand, percentage: 90 },
  ];
  const read = async () => {
    const declared = { ...inputs, versions };
    const found = await engine.read(type, { id: "id", inputs: declared, outputs: declared });
    return engine.diff(type, { oldInputs: found.inputs, newInputs: declared });
  };
  beforeEach(() => {
    deployByHand();
    worker.deployment = versions;
  });

  test("finds nothing while both versions have their share, whatever the other one's secrets", async () => {
    expect((await read()).changes).toBe(false);
  });

  test("shows other percentages, and a third version", async () => {
    worker.deployment = [
      { versionId: own, percentage: 50 },
      { versionId: byHand, percentage: 50 },
    ];
    expect((await read()).detailedDiff).toMatchObject({ "versions[0].percentage": "UPDATE" });
    const third = "33333333-3333-4333-8333-333333333333";
    worker.versions.set(third, { bindings: bindingNames, fingerprints, operatorToken });
    worker.deployment = [...versions, { versionId: third, percentage: 0 }];
    expect((await read()).changes).toBe(true);
  });
});

describe("a refresh", () => {
  const read = () => engine.read(type, { id: `${accountId}/sync`, inputs, outputs: inputs });
  const drift = async () => {
    const found = await read();
    return engine.diff(type, { oldInputs: found.inputs, newInputs: inputs });
  };

  test("finds nothing while nothing was touched", async () => {
    worker.versions.get(own)?.bindings.reverse();
    expect((await drift()).changes).toBe(false);
  });

  test("names a version deployed by hand, with its secrets and bindings", async () => {
    deployByHand();
    const { inputs: live } = await read();
    expect(live).toMatchObject({
      versions: [{ versionId: byHand, percentage: 100 }],
      bindingNames: ["BACKDOOR", "ENVIRONMENT", "STRIPE_API_KEY", "WEBHOOK_TOKEN"],
      reachable: true,
    });
    expect(Object.keys((await drift()).detailedDiff)).toEqual(
      expect.arrayContaining([
        "versions[0].versionId",
        "fingerprints.WEBHOOK_TOKEN",
        "fingerprints.BACKDOOR",
      ]),
    );
  });

  test("names a changed and an emptied schedule", async () => {
    worker.schedules = ["*/5 * * * *"];
    expect((await drift()).detailedDiff).toEqual({ "schedules[0]": "UPDATE" });
    worker.schedules = [];
    expect((await drift()).detailedDiff).toEqual({ "schedules[0]": "ADD" });
  });

  test("a Worker that answers at the second look is no drift", async () => {
    worker.fault = "503";
    setTimeout(() => {
      worker.fault = undefined;
    }, 300);
    expect((await drift()).changes).toBe(false);
  });

  test("a Worker without a deployment has no versions and no bindings", async () => {
    worker.deployment = [];
    const { inputs: live } = await read();
    expect(live).toMatchObject({ versions: [], bindingNames: [], reachable: false });
  });

  test("an unreachable Worker is drift of `reachable` alone, not a failure", async () => {
    worker.fault = "503";
    expect((await drift()).detailedDiff).toEqual({ reachable: "UPDATE" });
  });

  test("a deleted Worker is gone", async () => {
    worker.exists = false;
    expect((await read()).id).toBe("");
  });

  test("429 and 500 of the API are waited out", async () => {
    worker.apiFaults.push(429, 500, 503);
    expect((await drift()).changes).toBe(false);
  });

  test("a token without access is an error that names the permission", async () => {
    worker.apiFaults.push(403, 403);
    await expect(read()).rejects.toMatchObject({
      details: expect.stringContaining(
        'needs the permission "Workers Scripts: Read" of the account: Scripted fault (9999)',
      ),
    });
  });
});

test("a live check cannot be imported", async () => {
  await expect(engine.read(type, { id: `${accountId}/sync` })).rejects.toMatchObject({
    details: "A live check cannot be imported: declare it, and an update makes it.",
  });
});

test("what a program declares wrongly is named with its property", async () => {
  const { failures } = await engine.check(type, {
    ...declared(),
    accountId: "mine",
    versions: [{ versionId: own, percent: 100 }],
    fingerprints: { WEBHOOK_TOKEN: "plain value" },
    operatorToken: 7,
  });
  expect(failures.map(({ property }) => property)).toEqual([
    "accountId",
    "versions[0].percent",
    "versions[0].percentage",
    "fingerprints.WEBHOOK_TOKEN",
    "operatorToken",
  ]);
});

test("a missing token is one message with the command that sets it", async () => {
  vi.stubEnv("CLOUDFLARE_API_TOKEN", undefined);
  await expect(engine.configure({ baseUrl: worker.baseUrl })).rejects.toMatchObject({
    details: expect.stringContaining("pulumi config set --secret live-worker:apiToken"),
  });
});
