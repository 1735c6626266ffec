import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readPlan, resourceOf } from "../../../commands/plan/plan.ts";
import { sandboxTenant } from "../../../local/tenants.ts";
import { checkoutWithCommands } from "../../commands/drift/checkout-with-commands.ts";
import { expectNothingToChange } from "./nothing-to-change.ts";
import { plannedChanges } from "./planned-changes.ts";
import { customerIdOf, customersOf, signUpSomebody } from "./sign-ups.ts";
import { startTestCloud, type TestCloud } from "./test-cloud.ts";
import { createTestStack, type TestStack } from "./test-stack.ts";

const WORKER = "stripe-customer-sync-staging";
const LOOK = ["refresh", "--preview-only", "--expect-no-changes"];
const SIGN_UPS = 20;
const DELIVERIES = 4;
const CRONS = 8;
const ASK_EVERY_MS = 10;

let running: TestCloud;
let stack: TestStack;
let workerUrl: string;
let changes = 0;
const cloudflare = () => running.cloud.cloudflare.account(sandboxTenant.cloudflare.accountId);
const stripe = () => running.cloud.stripe.account(sandboxTenant.stripe.accountId);
const project = () => running.cloud.supabase.project(sandboxTenant.supabase.ref);

async function up(): Promise<void> {
  const { exitCode, output } = await stack.run("up", "--yes", "--skip-preview");
  if (exitCode !== 0) throw new Error(`the update failed:\n${output}`);
}

/** Another bundle, and no other difference. */
async function changeSource(): Promise<void> {
  changes += 1;
  await appendSource(`Object.assign(globalThis, { change: ${changes} });`);
}

function appendSource(line: string): Promise<void> {
  return appendFile(join(stack.project, "worker", "index.ts"), `\n${line}\n`);
}

/** Of the newest deployment: `<number of the version> at <percentage>`. */
function live(): string[] {
  const versions = cloudflare().versions(WORKER);
  return (cloudflare().deployments(WORKER)[0]?.versions ?? []).map(({ version_id, percentage }) => {
    const number = versions.find(({ id }) => id === version_id)?.number;
    return `${number} at ${percentage}`;
  });
}

beforeAll(async () => {
  running = await startTestCloud([sandboxTenant]);
  stack = await createTestStack({ test: running, tenant: sandboxTenant, stack: "staging" });
  await stack.set({ plain: { rollout: "50" } });
  await up();
  workerUrl = (await stack.outputs()).workerUrl ?? "";
});

afterAll(async () => {
  await running?.close();
});

// One life of one environment: the tests build on each other.
describe("a gradual rollout on the real engine", () => {
  test("the first version gets all requests", () => {
    expect(live()).toEqual(["1 at 100"]);
  });

  test("a preview of a new version shows the percentages", async () => {
    await changeSource();
    // Not --diff, with which the engine compares the code's text for many seconds.
    const { steps } = readPlan(await stack.run("preview", "--json"));
    const deployment = steps.find(
      ({ op, urn }) => op === "replace" && resourceOf(urn).type.endsWith(":WorkersDeployment"),
    );
    expect(deployment?.oldState?.inputs.versions).toMatchObject([{ percentage: 100 }]);
    expect(deployment?.newState?.inputs.versions).toMatchObject([
      { percentage: 50 },
      { percentage: 50, versionId: versionId(1) },
    ]);
  });

  test("half goes to the new version and half stays, and nothing is left to change", async () => {
    await up();
    expect(live()).toEqual(["2 at 50", "1 at 50"]);
    await expectNothingToChange(stack);
  });

  test("two versions side by side make exactly one customer for each of a burst of sign-ups", async () => {
    const digests = cloudflare()
      .versions(WORKER)
      .map(({ annotations }) => annotations["workers/tag"]);
    expect(new Set(digests).size).toBe(2);

    const signedUp = Promise.all(Array.from({ length: SIGN_UPS }, () => signUpSomebody(project())));
    const organizations = await signedUp;
    await Promise.all([
      ...organizations.flatMap((id) => Array.from({ length: DELIVERIES }, () => ring(id))),
      ...Array.from({ length: CRONS }, () => cloudflare().runCron(WORKER)),
    ]);
    await vi.waitFor(
      async () => {
        for (const id of organizations) expect(await customerIdOf(project(), id)).toMatch(/^cus_/);
      },
      { timeout: 60_000, interval: 100 },
    );
    for (const id of organizations) {
      const customers = customersOf(stripe(), id).map((customer) => customer.id);
      expect(customers).toEqual([await customerIdOf(project(), id)]);
    }
    // Both took part.
    const served = new Set(
      cloudflare()
        .logs(WORKER, 10_000)
        .map(({ versionId }) => versionId),
    );
    expect(served.size).toBe(2);
  });

  test("a change in the middle, over a version deployed by hand, keeps the stable version", async () => {
    await cloudflare().putSecret(WORKER, "STRIPE_API_KEY", "rk_runningfake_put_by_hand");
    expect(live()).toEqual(["3 at 100"]);
    await changeSource();
    await up();
    expect(live()).toEqual(["4 at 50", "1 at 50"]);
  });

  test("a finished rollout has one version", async () => {
    await stack.set({ plain: { rollout: "100" } });
    await up();
    expect(live()).toEqual(["4 at 100"]);
  });
});

describe("a version that is not fit to be live", () => {
  // Take the call of `rehearse` out of rollout-resource.ts: the update goes through, and requests
  // are answered 500.
  test("fails the update, while the version before answers every request", async () => {
    const schema = join(stack.project, "worker", "settings", "bindings-schema.ts");
    const before = await readFile(schema, "utf8");
    await writeFile(schema, before.replace("  ENVIRONMENT: text,", "$&\n  UNDECLARED: text,"));
    const { failed, statuses } = await whileAsking(() =>
      stack.run("up", "--yes", "--skip-preview"),
    );
    expect(failed.exitCode).not.toBe(0);
    expect(failed.output).toMatch(
      /Version \S+ is not fit to be live\. It gets no request; what was live before still is:\s+- \/health: it answered 500: The Worker's bindings are wrong/,
    );
    expect(live()).toEqual(["4 at 100"]);
    expect(statuses.length).toBeGreaterThan(0);
    expect(new Set(statuses)).toEqual(new Set([200]));
    const look = await stack.run(...LOOK);
    expect(look.exitCode, look.output).toBe(0);
    await writeFile(schema, before);
  });

  test("is refused at the upload when it throws at its start", async () => {
    const index = join(stack.project, "worker", "index.ts");
    const before = await readFile(index, "utf8");
    await appendSource('throw new Error("thrown at the start");');
    const { failed, statuses } = await whileAsking(() =>
      stack.run("up", "--yes", "--skip-preview"),
    );
    expect(failed.exitCode).not.toBe(0);
    expect(failed.output).toContain("thrown at the start");
    expect(live()).toEqual(["4 at 100"]);
    expect(new Set(statuses)).toEqual(new Set([200]));
    await writeFile(index, before);
  });

  test("is followed by a good one, here with another secret too", async () => {
    await changeSource();
    await stack.set({ secret: { webhookToken: "fake-other-webhook-token-of-a-test" } });
    await up();
    expect(live()).toEqual(["6 at 100"]);
  });
});

describe("npm run rollback", () => {
  let rollback: (...args: string[]) => ReturnType<Awaited<ReturnType<typeof checkoutWithCommands>>>;
  beforeAll(async () => {
    const run = await checkoutWithCommands(running, stack);
    rollback = (...args) => run("rollback.ts", "--stack", "staging", ...args);
  });

  test("says in one line what is wrong, and changes nothing", async () => {
    const unknown = "00000000-0000-4000-8000-000000000000";
    for (const [args, message] of [
      [
        ["--to", unknown],
        `Version ${unknown} is none of those that stack staging made live on Worker`,
      ],
      [["--to", versionId(6)], `Version ${versionId(6)} has all requests already.`],
      [["--to", versionId(3)], "is none of those"],
      [["--forward"], "Stack staging is not rolled back: no version is pinned."],
      [["--forward", "--to", versionId(4)], "--to and --forward exclude each other"],
      [["--two", versionId(4)], "There is no option --two"],
    ] as const) {
      const { exitCode, stdout, stderr } = await rollback(...args);
      expect(stderr).toContain(message);
      expect(stderr).not.toMatch(/^\s+at /m);
      expect([exitCode, stdout]).toEqual([1, ""]);
    }
    expect(await pinned()).toBe(false);
    expect(live()).toEqual(["6 at 100"]);
  });

  test("puts the setting back when nobody consents", async () => {
    const { exitCode, stdout } = await rollback();
    expect(exitCode).toBe(1);
    expect(stdout).toContain("The rollback did not take");
    expect(await pinned()).toBe(false);
    expect(live()).toEqual(["6 at 100"]);
  });

  test("gives the version before all requests, with its secrets, and all looks agree", async () => {
    await changeSource();
    const { exitCode, stdout, stderr } = await rollback("--yes");
    expect(exitCode, stdout + stderr).toBe(0);
    expect(live()).toEqual(["4 at 100"]);
    expect(await pinned()).toBe(true);
    expect(stdout).toContain(
      "These secrets are others than those of the version that is live: WEBHOOK_TOKEN.",
    );
    expect(stdout).toContain("npm run rollback -- --stack staging --forward");
    // What was changed in the checkout meanwhile is not deployed with it.
    expect(cloudflare().versions(WORKER)).toHaveLength(6);
    const look = await stack.run(...LOOK);
    expect(look.exitCode, look.output).toBe(0);
    expect(await plannedChanges(stack)).toEqual([
      "replace cloudflare:index/workerVersion:WorkerVersion",
    ]);
  });

  test("goes to a named version further back, and then has nothing to go back to", async () => {
    expect((await rollback("--to", versionId(1), "--yes")).exitCode).toBe(0);
    expect(live()).toEqual(["1 at 100"]);
    expect((await rollback()).stderr).toContain("There is nothing to go back to: stack staging");
  });

  test("--forward deploys what is checked out", async () => {
    const { exitCode, stdout } = await rollback("--forward", "--yes");
    expect(exitCode, stdout).toBe(0);
    expect(live()).toEqual(["7 at 100"]);
    await expectNothingToChange(stack);
  });
});

/** Whether the stack file pins a version; it also explains the setting in a comment. */
async function pinned(): Promise<boolean> {
  const file = await readFile(join(stack.project, "Pulumi.staging.yaml"), "utf8");
  return /^ *stripe-customer-sync:pinnedVersion:/m.test(file);
}

function versionId(number: number): string {
  return (
    cloudflare()
      .versions(WORKER)
      .find((version) => version.number === number)?.id ?? ""
  );
}

/** Asks the Worker for its health, again and again, until the work is done. */
async function whileAsking<Result>(work: () => Promise<Result>) {
  const authorization = "Bearer fake-operator-token-of-a-test-stack";
  const statuses: number[] = [];
  const working = { done: false };
  const asking = (async () => {
    while (!working.done) {
      const answer = await fetch(`${workerUrl}/health`, { headers: { authorization } });
      await answer.arrayBuffer();
      statuses.push(answer.status);
      await sleep(ASK_EVERY_MS);
    }
  })();
  const failed = await work().finally(() => {
    working.done = true;
  });
  await asking;
  return { failed, statuses };
}

async function ring(organization: string): Promise<void> {
  const answer = await fetch(`${workerUrl}/webhooks/supabase`, {
    method: "POST",
    headers: {
      authorization: "Bearer fake-webhook-token-of-a-test-stack",
      "content-type": "application/json",
    },
    body: JSON.stringify({
      type: "INSERT",
      table: "organizations",
      schema: "public",
      record: { id: organization },
      old_record: null,
    }),
  });
  await answer.arrayBuffer();
}
