import { fingerprint, serveProvider } from "@stripe-customer-sync/provider-kit";
import { expect, onTestFinished, test } from "vitest";
import { bundleWorker } from "../../../infra/worker-bundle.ts";
import type { CloudflareCloud } from "../../../local/cloudflare/index.ts";
import { liveWorkerProvider } from "../../../providers/live-worker/plugin/live-worker-provider.ts";
import { deployWorker, workersDevPath } from "../../local/cloudflare/deploy-worker.ts";
import { client, sandbox, startTestCloud } from "../../local/cloudflare/start-test-cloud.ts";
import { EngineClient } from "../kit/engine-client.ts";

const type = "live-worker:index:LiveCheck";
const workerName = "sync";
const secrets = {
  FINGERPRINT_KEY: "fake-fingerprint-key",
  OPERATOR_TOKEN: "fake-operator-token",
  WEBHOOK_TOKEN: "fake-webhook-token",
};

/** The project's own Worker, live on the local Cloudflare, and a check that passed. */
async function checkedWorker() {
  const cloud = await startTestCloud();
  const { modules } = await bundleWorker();
  const source = Buffer.from(modules[0]?.contentBase64 ?? "", "base64").toString();
  const versionId = await deployWorker(client(cloud), {
    name: workerName,
    source,
    bindings: [
      ...Object.entries(secrets).map(
        ([name, text]) => ({ name, type: "secret_text", text }) as const,
      ),
      { name: "ENVIRONMENT", type: "plain_text", text: "local" },
      { name: "VERSION", type: "version_metadata" },
    ],
  });
  await cloud.account(sandbox.accountId).setSchedules(workerName, ["* * * * *"]);

  const server = await serveProvider(liveWorkerProvider);
  const engine = new EngineClient(server.port);
  onTestFinished(async () => {
    engine.close();
    await server.close();
  });
  await engine.configure({ apiToken: sandbox.apiToken, baseUrl: cloud.apiUrl });
  const { inputs, failures } = await engine.check(type, declared(cloud, versionId));
  expect(failures).toEqual([]);
  const { id } = await engine.create(type, inputs);
  const read = () => engine.read(type, { id, inputs, outputs: inputs });
  return { account: cloud.account(sandbox.accountId), inputs, read, versionId };
}

function declared(cloud: CloudflareCloud, versionId: string) {
  const key = secrets.FINGERPRINT_KEY;
  return {
    accountId: sandbox.accountId,
    workerName,
    workerUrl: `${cloud.workersUrl}${workersDevPath(workerName)}`,
    versions: [{ versionId, percentage: 100 }],
    schedules: ["* * * * *"],
    bindingNames: [...Object.keys(secrets), "ENVIRONMENT", "VERSION"],
    fingerprints: Object.fromEntries(
      Object.entries(secrets).map(([name, value]) => [name, fingerprint(key, name, value)]),
    ),
    operatorToken: secrets.OPERATOR_TOKEN,
    waitSeconds: 5,
  };
}

test("the project's own Worker passes and shows each change that is made by hand", async () => {
  const { account, inputs, read, versionId } = await checkedWorker();
  expect((await read()).inputs).toEqual(inputs);

  await account.putSecret(workerName, "WEBHOOK_TOKEN", "fake-token-of-somebody-else");
  const changed = (await read()).inputs;
  const [version] = account.deployments(workerName)[0]?.versions ?? [];
  expect(version?.version_id).not.toBe(versionId);
  expect(changed).toEqual({
    ...inputs,
    versions: [{ versionId: version?.version_id, percentage: 100 }],
    fingerprints: {
      ...declaredFingerprints(inputs),
      WEBHOOK_TOKEN: fingerprint(
        secrets.FINGERPRINT_KEY,
        "WEBHOOK_TOKEN",
        "fake-token-of-somebody-else",
      ),
    },
  });

  await account.putSecret(workerName, "BACKDOOR", "fake-backdoor");
  const added = (await read()).inputs;
  expect(added.bindingNames).toContain("BACKDOOR");
  expect(added.fingerprints).toHaveProperty("BACKDOOR");

  await account.deploy(workerName, [{ versionId, percentage: 100 }]);
  await account.setSchedules(workerName, ["0 * * * *"]);
  expect((await read()).inputs).toEqual({ ...inputs, schedules: ["0 * * * *"] });

  await account.setSchedules(workerName, ["* * * * *"]);
  await account.stop(workerName);
  expect((await read()).inputs).toEqual({ ...inputs, reachable: false });

  await account.deleteWorker(workerName);
  expect((await read()).id).toBe("");
});

function declaredFingerprints(inputs: Record<string, unknown>): object {
  return typeof inputs.fingerprints === "object" ? { ...inputs.fingerprints } : {};
}
