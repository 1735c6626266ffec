import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Check } from "../../../commands/doctor/check.ts";
import { clock } from "../../../commands/doctor/checks/clock.ts";
import { cloudflareToken } from "../../../commands/doctor/checks/cloudflare-token.ts";
import { cloudflareZone } from "../../../commands/doctor/checks/cloudflare-zone.ts";
import { drift } from "../../../commands/doctor/checks/drift.ts";
import { extensions } from "../../../commands/doctor/checks/extensions.ts";
import { allChecks } from "../../../commands/doctor/checks/index.ts";
import { lastEvents } from "../../../commands/doctor/checks/last-events.ts";
import { settings } from "../../../commands/doctor/checks/settings.ts";
import { stripeEndpoint } from "../../../commands/doctor/checks/stripe-endpoint.ts";
import { stripeKey } from "../../../commands/doctor/checks/stripe-key.ts";
import { stripeWorkerKey } from "../../../commands/doctor/checks/stripe-worker-key.ts";
import { supabaseProject } from "../../../commands/doctor/checks/supabase-project.ts";
import { webhookBell } from "../../../commands/doctor/checks/webhook-bell.ts";
import { webhookDoor } from "../../../commands/doctor/checks/webhook-door.ts";
import { worker } from "../../../commands/doctor/checks/worker.ts";
import { type Examined, examine } from "../../../commands/doctor/examine.ts";
import { patientOf } from "../../../commands/doctor/patient.ts";
import { readConfiguration } from "../../../commands/stack/read-configuration.ts";
import { liveTenant, sandboxTenant } from "../../../local/tenants.ts";
import { fullKey, judgeSettings } from "../../../stacks/setting-values.ts";
import { type Hands, handsOn, WORKER } from "../../stacks/engine/changes-by-hand.ts";
import { signUpSomebody } from "../../stacks/engine/sign-ups.ts";
import { startTestCloud, type TestCloud } from "../../stacks/engine/test-cloud.ts";
import { createTestStack, type TestStack } from "../../stacks/engine/test-stack.ts";
import { type ScriptedServer, startScriptedServer } from "../../worker/scripted-server.ts";
import { checkoutWithCommands } from "../drift/checkout-with-commands.ts";

/** Until a hang is sure, on a machine with much to do. */
const PATIENCE = { timeout: 30_000 };

let running: TestCloud;
let stack: TestStack;
let hands: Hands;
let run: Awaited<ReturnType<typeof checkoutWithCommands>>;
let configuration: Readonly<Record<string, string>>;
const project = () => running.cloud.supabase.project(sandboxTenant.supabase.ref);
const stripe = () => running.cloud.stripe.account(sandboxTenant.stripe.accountId);
const engine = () => ({ stack: "staging", command: "npx pulumi", run: stack.run });

beforeAll(async () => {
  running = await startTestCloud([sandboxTenant, liveTenant]);
  stack = await createTestStack({ test: running, tenant: sandboxTenant, stack: "staging" });
  hands = handsOn(running);
  run = await checkoutWithCommands(running, stack);
  const { exitCode, output } = await stack.run("up", "--yes", "--skip-preview");
  if (exitCode !== 0) throw new Error(output);
  configuration = await readConfiguration(engine());
  await hands.cloudflare.runCron(WORKER);
});
afterAll(() => running?.close());

/** The text of a runbook. */
const runbook = (name: string) =>
  readFileSync(join(import.meta.dirname, `../../../docs/runbooks/${name}.md`), "utf8");
/** The SQL that a runbook has somebody run. */
const sqlOf = (name: string) =>
  [...runbook(name).matchAll(/```sql\n([^`]+)```/g)].map(([, query]) => query ?? "");

async function jobOf(organization: string): Promise<Record<string, unknown> | undefined> {
  const [job] = await hands.sql(
    `select * from stripe_sync.jobs where organization_id = '${organization}'`,
  );
  return job;
}

/** What one check says of the environment, with some settings changed; undefined takes one away. */
async function lookAt(check: Check, changes: Record<string, string | undefined> = {}) {
  const changed = Object.entries(changes).map(([key, value]) => [fullKey(key), value] as const);
  const config = { ...configuration, ...Object.fromEntries(changed) };
  const present = Object.entries(config).filter(([, value]) => value !== undefined);
  const judged = judgeSettings(Object.fromEntries(present) as Record<string, string>, {});
  const [examined] = await examine([check], patientOf(engine(), judged));
  return (
    examined?.findings.map(({ verdict, says, todo }) => `${verdict}: ${says} → ${todo ?? ""}`) ?? []
  ).join("\n");
}

describe("the command", () => {
  test("says of a sound environment that nothing is wrong, with exit code 0", async () => {
    const { exitCode, stdout, stderr } = await run("doctor.ts", "--stack", "staging");
    expect(exitCode, stdout + stderr).toBe(0);
    const lines = stdout.split("\n").filter((line) => line.startsWith("✓"));
    expect(lines.length, stdout).toBe(allChecks.length);
    expect(stdout).toContain("✓ Drift               Nothing was changed by hand: ");
    expect(stdout).toMatch(/\n\nStack staging: nothing is wrong\.\n$/);
    for (const secret of stack.secrets) expect(stdout + stderr).not.toContain(secret);
  });

  test("says the same as JSON, with exit code 1 when something is wrong", async () => {
    await hands.sql("update stripe_sync.last_claims set at = now() - interval '20 minutes'");
    const { exitCode, stdout } = await run(
      "doctor.ts",
      "--stack",
      "staging",
      "--no-drift",
      "--json",
    );
    expect(exitCode).toBe(1);
    const { checks, ...report } = JSON.parse(stdout) as { checks: Examined[]; outcome: string };
    expect(report).toEqual({ stack: "staging", outcome: "wrong" });
    expect(checks.map(({ check }) => check)).not.toContain("Drift");
    expect(
      checks.flatMap(({ findings }) => findings).filter(({ verdict }) => verdict !== "fine"),
    ).toEqual([
      {
        verdict: "wrong",
        says: "The Worker pulled due jobs last 20 min ago, though it should each minute: its cron trigger does not fire.",
        todo: "The command that puts it back: npm run drift -- --stack staging",
      },
    ]);
    await hands.cloudflare.runCron(WORKER);
  });

  test("of an unknown stack says one line", async () => {
    const { exitCode, stdout, stderr } = await run("doctor.ts", "--stack", "nowhere");
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^Could not open stack nowhere: no stack named.*\n$/);
  });

  test("works on an empty stack: everything that is missing, and nothing that was not looked at", async () => {
    const bare = { stack: "staging", command: "npx pulumi", run: stack.run };
    const examined = await examine(
      allChecks.filter(({ name }) => name !== "Drift" && name !== "Clock"),
      patientOf(bare, judgeSettings({}, {})),
    );
    const [first, ...others] = examined;
    expect(first?.findings.every(({ verdict }) => verdict === "wrong")).toBe(true);
    expect(first?.findings.length).toBeGreaterThan(10);
    for (const { findings } of others) {
      expect(findings).toMatchObject([
        { verdict: "doubtful", says: expect.stringMatching(/^Not looked at: /) },
      ]);
    }
  });
});

describe("drift", () => {
  /** An engine that comes to these plans. */
  const planning = (cloud: object, program: object = { steps: [] }) => ({
    stack: "staging",
    command: "npx pulumi",
    run: async (what: string) => ({
      exitCode: 0,
      output: JSON.stringify(what === "refresh" ? cloud : program),
    }),
  });
  const step = (op: string) => ({
    op,
    urn: "urn:pulumi:staging::stripe-customer-sync::supabase:index:DatabaseWebhook::organization-webhook",
  });
  const look = async (engineOf: ReturnType<typeof planning>) => {
    const [examined] = await examine(
      [drift],
      patientOf(engineOf, judgeSettings(configuration, {})),
    );
    return examined?.findings;
  };

  test("is wrong, and what is not deployed yet is to be known of", async () => {
    expect(await look(planning({ steps: [step("update")] }, { steps: [step("create")] }))).toEqual([
      {
        verdict: "wrong",
        says: "Changed by hand: organization-webhook.",
        todo: "What exactly: npm run drift -- --stack staging. Repair: npx pulumi up -s staging --refresh",
      },
      expect.objectContaining({
        verdict: "doubtful",
        says: "Not deployed yet: organization-webhook.",
      }),
    ]);
  });

  test("that could not be looked for is told with the reason, and is no drift", async () => {
    const diagnostics = [{ urn: step("same").urn, severity: "error", message: "No answer." }];
    expect(await look(planning({ steps: [], diagnostics }))).toEqual([
      expect.objectContaining({
        verdict: "doubtful",
        says: "Could not look at DatabaseWebhook organization-webhook: No answer.",
      }),
    ]);
  });
});

describe("ids, keys and tokens", () => {
  const unknownCloudflareToken = "fake_cloudflare_token_that_nobody_knows_0000";
  test.each<[string, Check, Record<string, string | undefined>, string]>([
    [
      "a setting that is missing",
      settings,
      { webhookToken: undefined },
      "wrong: webhookToken is missing (bearer token between the database and the Worker). → openssl rand -hex 32 | pulumi config set --secret webhookToken -s staging",
    ],
    [
      "a database key that opens everything",
      settings,
      { supabaseWorkerKey: "sb_secret_fake_key_that_opens_nothing" },
      "doubtful: supabaseWorkerKey opens the whole project",
    ],
    [
      "an unknown Cloudflare token",
      cloudflareToken,
      { "cloudflare:apiToken": unknownCloudflareToken },
      "wrong: Cloudflare does not accept the token in cloudflare:apiToken",
    ],
    [
      "another account's id",
      cloudflareToken,
      { cloudflareAccountId: liveTenant.cloudflare.accountId },
      "wrong: The token may not read account 0000000000000000000000000000001e",
    ],
    [
      "another account's zone",
      cloudflareZone,
      { domain: "sync.example.com", cloudflareZoneId: liveTenant.cloudflare.zoneId },
      "wrong: The token may not read the routes of zone",
    ],
    [
      "an unknown Supabase token",
      supabaseProject,
      { "supabase:accessToken": "sbp_fake_token_that_nobody_knows" },
      "wrong: Supabase does not accept the token in supabase:accessToken",
    ],
    [
      "another organization's project",
      supabaseProject,
      { supabaseProjectRef: liveTenant.supabase.ref },
      "wrong: The access token does not reach project localliveprojectxxxx",
    ],
    [
      "an unknown Stripe key",
      stripeKey,
      { "stripe:apiKey": "sk_test_fake_that_nobody_knows" },
      "wrong: Stripe does not accept the key in stripe:apiKey",
    ],
    [
      "another account's Stripe key",
      stripeKey,
      { stripeAccount: "acct_1SomebodyElse" },
      "wrong: The key in stripe:apiKey belongs to account acct_1FakeLocalSandbox, but the stack is for acct_1SomebodyElse",
    ],
    [
      "a deployment's key without the right to endpoints",
      stripeKey,
      { "stripe:apiKey": sandboxTenant.stripe.restrictedKey },
      'wrong: The key in stripe:apiKey may not read webhook endpoints: it lacks "Webhook Endpoints: Write".',
    ],
    [
      "an unknown key of the Worker",
      stripeWorkerKey,
      { stripeWorkerKey: "rk_test_fake_that_nobody_knows" },
      "wrong: Stripe does not accept the Worker's key (stripeWorkerKey)",
    ],
    [
      "a secret key for the Worker",
      stripeWorkerKey,
      { stripeWorkerKey: sandboxTenant.stripe.secretKey },
      "doubtful: The Worker's key (stripeWorkerKey) is a secret key",
    ],
    [
      "an operator's token that the Worker does not have",
      worker,
      { operatorToken: "fake-operator-token-of-another-stack" },
      "wrong: The Worker does not accept the stack's operatorToken",
    ],
    [
      "a webhook's token that the Worker does not have",
      webhookDoor,
      { webhookToken: "fake-webhook-token-of-another-stack" },
      "wrong: The Worker refuses the stack's webhookToken (answer 401)",
    ],
    [
      "a Worker that was never deployed",
      worker,
      { workerName: "never-deployed" },
      "wrong: Something else than the stack's Worker answers at http://",
    ],
  ])("%s", async (_, check, changes, says) => {
    expect(await lookAt(check, changes)).toContain(says);
    expect(await lookAt(check)).toMatch(/^fine: /);
  });

  test("a restricted key without customers, by the permission that it lacks", async () => {
    const key = "rk_test_fake_without_customers";
    stripe().addKey({ key, permissions: ["webhook_write"] });
    expect(await lookAt(stripeWorkerKey, { stripeWorkerKey: key })).toContain(
      'may not read customers: it lacks "Customers: Write"',
    );
  });
});

describe("the clouds", () => {
  test("an API that is out of order is not taken for a key that is wrong", async () => {
    stripe().faults.next({ kind: "answer", when: "before", status: 503 });
    expect(await lookAt(stripeWorkerKey)).toMatch(
      /^wrong: Nothing is known: Stripe's API answered 503, it is out of order\./,
    );
  });

  test("an API that does not answer is told by its check, and not by the others", async () => {
    const nobody = { "stripe:apiBase": "http://127.0.0.1:9" };
    expect(await lookAt(stripeKey, nobody)).toMatch(
      /^wrong: No answer from Stripe's API at 127\.0\.0\.1:9: .* → Look at your own network/,
    );
    expect(await lookAt(supabaseProject, nobody)).toMatch(/^fine: /);
  });

  // Meant to fail without the comparison with TOLERANCE_SECONDS in checks/clock.ts.
  describe("a clock that is off", () => {
    const servers: ScriptedServer[] = [];
    afterAll(() => Promise.all(servers.map((server) => server.close())));
    async function serverAt(secondsAhead: number): Promise<string> {
      const server = await startScriptedServer(() => ({
        status: 404,
        headers: { date: new Date(Date.now() + secondsAhead * 1_000).toUTCString() },
        text: "",
      }));
      servers.push(server);
      return server.url;
    }

    test("against one server is that server's", async () => {
      expect(await lookAt(clock, { "stripe:apiBase": await serverAt(-90) })).toMatch(
        /^doubtful: This machine's clock is (89|90|91) s ahead of Stripe's, but agrees with others/,
      );
    });

    test("against all of them is this machine's", async () => {
      const base = await serverAt(900);
      const everywhere = {
        "stripe:apiBase": base,
        "supabase:endpoint": base,
        "cloudflare:baseUrl": base,
      };
      expect(await lookAt(clock, everywhere)).toMatch(
        /^wrong: This machine's clock is (899|900|901) s behind Cloudflare's: .* → Set the clock/,
      );
    });

    test("by less than a delay of the network is not off", async () => {
      expect(await lookAt(clock)).toBe(
        "fine: This machine's clock agrees with Cloudflare, Supabase, Stripe. → ",
      );
    });
  });
});

describe("the database", () => {
  test("whose webhook was disabled or dropped does not ring", async () => {
    const trigger = "organizations_stripe_customer_sync_insert";
    await hands.sql(`alter table public.organizations disable trigger ${trigger}`);
    expect(await lookAt(webhookBell)).toContain(
      `wrong: The webhook's trigger is disabled: ${trigger}. → npx pulumi up -s staging --refresh`,
    );
    await hands.sql(`alter table public.organizations enable trigger ${trigger}`);
    expect(await lookAt(webhookBell)).toMatch(/^fine: /);
  });

  test("whose calls are refused says how many, and what the last one got", async () => {
    const [deployed] = hands.cloudflare.deployments(WORKER);
    await hands.cloudflare.putSecret(WORKER, "WEBHOOK_TOKEN", "fake-webhook-token-put-by-hand");
    await signUpSomebody(project());
    await expect
      .poll(() => lookAt(webhookBell), PATIENCE)
      .toMatch(
        /^doubtful: \d+ of the database's \d+ calls in the last hour failed; the last one got answer 401\./,
      );
    expect(await lookAt(webhookDoor)).toContain(
      "wrong: The Worker refuses the stack's webhookToken",
    );
    await hands.cloudflare.deploy(
      WORKER,
      (deployed?.versions ?? []).map(({ version_id, percentage }) => ({
        versionId: version_id,
        percentage,
      })),
    );
    expect(await lookAt(webhookDoor)).toMatch(/^fine: /);
    await hands.sql("delete from net._http_response where status_code = 401");
    // Links the organization that nobody could ring for.
    await hands.cloudflare.runCron(WORKER);
  });
});

describe("what the sync did last", () => {
  test("dead jobs and a backlog, each with its runbook", async () => {
    const organization = await signUpSomebody(project());
    await expect
      .poll(
        () =>
          hands.sql(
            `select from stripe_sync.jobs where state = 'linked' and organization_id = '${organization}'`,
          ),
        PATIENCE,
      )
      .toHaveLength(1);
    await hands.sql(
      `update stripe_sync.jobs set state = 'dead', linked_at = null, created_at = now() - interval '3 hours' where organization_id = '${organization}'`,
    );
    await hands.sql(
      "insert into stripe_sync.jobs (organization_id, next_attempt_at, created_at) values (gen_random_uuid(), now() + interval '1 day', now() - interval '1 hour')",
    );
    const words = await lookAt(lastEvents);
    expect(words).toContain(
      "wrong: 1 job is dead: Stripe refused the data, or the customer was deleted there. → Runbook: docs/runbooks/dead-jobs.md",
    );
    expect(words).toContain(
      "wrong: 1 job is open, and the oldest organization has been without its customer for 3 h. → Runbook: docs/runbooks/backlog.md",
    );
    await hands.sql("delete from stripe_sync.jobs where state in ('dead', 'due')");
    expect(await lookAt(lastEvents)).toMatch(
      /^fine: The last pull was \d+ s ago, the webhook rang \d+ s ago; \d+ linked, 0 open, none dead\./,
    );
  });

  test("a database that refuses the Worker", async () => {
    await hands.sql(
      "revoke execute on function public.stripe_sync_health() from stripe_sync_worker",
    );
    expect(await lookAt(lastEvents)).toContain("wrong: The Worker cannot ask the database");
    await hands.sql("grant execute on function public.stripe_sync_health() to stripe_sync_worker");
  });
});

describe("the runbooks, carried out", () => {
  test("webhook-silent: the trigger was dropped, the doctor's command makes it ring again", async () => {
    await hands.sql(
      "drop trigger organizations_stripe_customer_sync_insert on public.organizations",
    );
    await hands.sql(
      "drop trigger organizations_stripe_customer_sync_update on public.organizations",
    );
    const repair = "npx pulumi up -s staging --refresh";
    expect(await lookAt(webhookBell)).toMatch(
      `wrong: Nothing on public.organizations rings for the Worker: the webhook was never made, or was dropped. → ${repair}`,
    );
    expect(runbook("webhook-silent")).toContain("npx pulumi up -s S --refresh");
    const { exitCode, output } = await stack.run("up", "--yes", "--skip-preview", "--refresh");
    expect(exitCode, output).toBe(0);
    const organization = await signUpSomebody(project());
    await expect
      .poll(() => jobOf(organization), PATIENCE)
      .toMatchObject({
        state: "linked",
        last_source: "webhook",
      });
    expect(await lookAt(webhookBell)).toMatch(/^fine: The database's webhook is enabled and rang /);
    for (const query of sqlOf("webhook-silent")) await hands.sql(query);
  });

  test("dead-jobs: the reason is found, and a change of the data or a requeue brings it back", async () => {
    const died = async () => {
      const error = { type: "invalid_request_error", code: "email_invalid" } as const;
      stripe().faults.next({ kind: "answer", when: "before", status: 400, error });
      const organization = await signUpSomebody(project());
      await expect.poll(() => jobOf(organization), PATIENCE).toMatchObject({ state: "dead" });
      return organization;
    };
    const [corrected, requeued] = [await died(), await died()];
    const [query = ""] = sqlOf("dead-jobs");
    expect(await hands.sql(query)).toHaveLength(2);
    expect(await hands.sql(query)).toContainEqual(
      expect.objectContaining({ organization_id: corrected, code: "email_invalid" }),
    );

    await hands.sql(`update public.organizations set name = 'Corrected' where id = '${corrected}'`);
    expect(runbook("dead-jobs")).toContain("npm run requeue -- --stack S ORG");
    const { exitCode, stdout } = await run("requeue.ts", "--stack", "staging", requeued);
    expect(exitCode, stdout).toBe(0);
    await hands.cloudflare.runCron(WORKER);
    for (const organization of [corrected, requeued]) {
      await expect.poll(() => jobOf(organization), PATIENCE).toMatchObject({ state: "linked" });
    }
    expect(await lookAt(lastEvents)).toMatch(/none dead\.$| none dead\. → $/);
  });

  test("backlog: its query shows what waits, and why", async () => {
    const [query = ""] = sqlOf("backlog");
    await hands.sql(
      `insert into stripe_sync.jobs (organization_id, next_attempt_at, last_error)
       values (gen_random_uuid(), now() + interval '1 day', '{"code": "stripe_timeout"}')`,
    );
    expect(await hands.sql(query)).toMatchObject([{ state: "due", code: "stripe_timeout" }]);
    await hands.sql("delete from stripe_sync.jobs where state = 'due'");
  });
});

describe("Stripe's endpoint", () => {
  test("disabled, without an event, and deleted", async () => {
    const id = await hands.endpointId();
    await hands.stripe.webhookEndpoints.update(id, { disabled: true });
    expect(await lookAt(stripeEndpoint)).toContain("wrong: Stripe's webhook endpoint is disabled");
    await hands.stripe.webhookEndpoints.update(id, {
      disabled: false,
      enabled_events: ["customer.created", "customer.updated"],
    });
    expect(await lookAt(stripeEndpoint)).toContain(
      "wrong: Stripe's webhook endpoint does not get customer.deleted.",
    );
    await hands.stripe.webhookEndpoints.del(id);
    expect(await lookAt(stripeEndpoint)).toContain(
      "wrong: Stripe has no webhook endpoint for http",
    );
  });
});

// At the end, because Vault's secrets go with it.
test("a database without Vault cannot ring, and one without pg_net neither", async () => {
  expect(await lookAt(extensions)).toBe("fine: pg_net and Vault are enabled. → ");
  await hands.sql("drop extension supabase_vault cascade");
  await hands.sql("drop extension pg_net cascade");
  const words = await lookAt(extensions);
  expect(words).toContain("doubtful: pg_net is not enabled");
  expect(words).toContain("wrong: Vault is not enabled");
  expect(await lookAt(webhookBell)).not.toContain("rang");
});
