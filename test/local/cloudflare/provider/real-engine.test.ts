import { expect, test } from "vitest";
import type { CloudflareCloud } from "../../../../local/cloudflare/index.ts";
import { sandbox, startTestCloud } from "../start-test-cloud.ts";
import { FAKE_KEY, startTestEngine } from "./test-engine.ts";

/** Many processes, on a machine that may be busy: the limit ends a hang, no more. */
const SLOW = { timeout: 240_000 };

const UP = ["up", "--yes", "--skip-preview"];

function writes(cloud: CloudflareCloud): string[] {
  return cloud
    .account(sandbox.accountId)
    .calls()
    .filter(({ method }) => method !== "GET")
    .map(({ method, path }) => `${method} ${path.replace(/[0-9a-f]{32}|[0-9a-f-]{36}/g, "ID")}`);
}

async function answer(cloud: CloudflareCloud, path: string): Promise<string> {
  return (await fetch(`${cloud.workersUrl}/${path}`)).text();
}

test(
  "the real engine creates, keeps, changes and destroys all six resource types",
  SLOW,
  async () => {
    const cloud = await startTestCloud();
    const engine = await startTestEngine(cloud);

    expect(await engine.plan()).toEqual([
      "create cloudflare-resources-test",
      "create cron",
      "create deployment",
      "create domain",
      "create route",
      "create version",
      "create worker",
    ]);
    expect(writes(cloud)).toEqual([]);

    await engine.succeed(...UP);
    expect(writes(cloud).sort()).toEqual([
      "POST /accounts/ID/workers/scripts/worker/deployments",
      "POST /accounts/ID/workers/workers",
      "POST /accounts/ID/workers/workers/ID/versions",
      "POST /zones/ID/workers/routes",
      "PUT /accounts/ID/workers/domains",
      "PUT /accounts/ID/workers/scripts/worker/schedules",
    ]);
    expect(await answer(cloud, "worker.local-sandbox.workers.dev/")).toBe(FAKE_KEY);
    expect(await answer(cloud, `api.${sandbox.zoneName}/`)).toBe(FAKE_KEY);
    expect(await answer(cloud, `${sandbox.zoneName}/hook/1`)).toBe(FAKE_KEY);
    expect(engine.state()).not.toContain(FAKE_KEY);

    const before = writes(cloud).length;
    await engine.succeed(...UP, "--refresh", "--expect-no-changes");
    expect(writes(cloud)).toHaveLength(before);

    await engine.configure({ key: "fake-key-after" });
    await engine.succeed(...UP);
    expect(writes(cloud).slice(before)).toEqual([
      "POST /accounts/ID/workers/workers/ID/versions",
      "POST /accounts/ID/workers/scripts/worker/deployments",
    ]);
    expect(await answer(cloud, `api.${sandbox.zoneName}/`)).toBe("fake-key-after");
    expect(cloud.account(sandbox.accountId).versions("worker")).toHaveLength(2);
    expect(engine.state()).not.toContain("fake-key-after");

    await engine.succeed("destroy", "--yes", "--skip-preview");
    const account = cloud.account(sandbox.accountId);
    expect([account.workerNames(), account.routes(), account.domains()]).toEqual([[], [], []]);
  },
);
