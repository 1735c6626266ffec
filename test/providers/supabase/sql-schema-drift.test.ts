import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { exampleSchema as args } from "./example-schema.ts";
import { ResourceLife } from "./resource-life.ts";
import { TestProject } from "./test-project.ts";

const type = "supabase:index:SqlSchema";

describe.each([15, 18] as const)("on PostgreSQL %i", (version) => {
  let project: TestProject;
  let schema: ResourceLife;

  beforeAll(async () => {
    project = await TestProject.start(version);
  });
  afterAll(() => project.stop());

  beforeEach(async () => {
    schema = new ResourceLife(project.engine, type);
    await project.sql(args.uninstall);
    await schema.up(args);
  });

  test("lists every object that the scripts left, and an unchanged program changes nothing", async () => {
    expect(Object.keys(schema.state?.outputs.objects ?? {})).toEqual(
      expect.arrayContaining([
        "column stripe_sync.jobs.state",
        "constraint jobs_state on stripe_sync.jobs",
        "function public.stripe_sync_claim(uuid, integer)",
        "function stripe_sync.note()",
        "grant EXECUTE on function public.stripe_sync_claim(uuid, integer) to stripe_sync_worker",
        "index stripe_sync.jobs_by_state on stripe_sync.jobs",
        "membership of authenticator in stripe_sync_worker",
        "role stripe_sync_worker",
        "row level security of stripe_sync.jobs",
        "schema stripe_sync",
        "table stripe_sync.jobs",
        "trigger stripe_sync_organizations on public.organizations",
        "view stripe_sync.customer_profiles",
      ]),
    );
    expect(Object.values(schema.state?.outputs.objects ?? {})).toEqual(
      expect.arrayContaining([expect.stringMatching(/^[0-9a-f]{12}$/)]),
    );
    await project.sql("insert into public.organizations (name) values ('Example')");
    expect(await schema.refresh()).toEqual({});
    expect(await schema.up(args)).toEqual({});
  });

  test.each([
    {
      change: `create or replace function public.stripe_sync_claim(organization uuid default null, how_many int default 1)
        returns int language sql security definer set search_path = '' as 'select 0'`,
      words: ["function public.stripe_sync_claim(uuid, integer) changed"],
    },
    {
      change: "drop function public.stripe_sync_claim(uuid, int)",
      words: ["function public.stripe_sync_claim(uuid, integer) is missing"],
    },
    {
      change:
        "set role project_owner; create function public.stripe_sync_extra() returns int language sql as 'select 1'",
      words: ["function public.stripe_sync_extra() was added"],
    },
    {
      change: "alter table public.organizations disable trigger stripe_sync_organizations",
      words: ["trigger stripe_sync_organizations on public.organizations is disabled"],
    },
    {
      change: "drop trigger stripe_sync_organizations on public.organizations",
      words: ["trigger stripe_sync_organizations on public.organizations is missing"],
    },
    {
      change: `drop trigger stripe_sync_organizations on public.organizations;
        create trigger stripe_sync_organizations before update on public.organizations
        for each row execute function stripe_sync.note()`,
      words: ["trigger stripe_sync_organizations on public.organizations changed"],
    },
    {
      change: "grant execute on function public.stripe_sync_claim(uuid, int) to anon",
      words: [
        "grant EXECUTE on function public.stripe_sync_claim(uuid, integer) to anon was added",
      ],
    },
    {
      change:
        "revoke execute on function public.stripe_sync_claim(uuid, int) from stripe_sync_worker",
      words: [
        "grant EXECUTE on function public.stripe_sync_claim(uuid, integer) to stripe_sync_worker is missing",
      ],
    },
    {
      change: "grant usage on schema stripe_sync to anon; grant select on stripe_sync.jobs to anon",
      words: [
        "grant SELECT on table stripe_sync.jobs to anon was added",
        "grant USAGE on schema stripe_sync to anon was added",
      ],
    },
    {
      change: "grant select (name) on public.organizations to stripe_sync_worker",
      words: ["grant SELECT (name) on table public.organizations to stripe_sync_worker was added"],
    },
    {
      change: "set role project_owner; revoke stripe_sync_worker from authenticator",
      words: ["membership of authenticator in stripe_sync_worker is missing"],
    },
    {
      change: "set role project_owner; grant stripe_sync_worker to anon",
      words: ["membership of anon in stripe_sync_worker was added"],
    },
    {
      change: "alter table stripe_sync.jobs disable row level security",
      words: ["row level security of stripe_sync.jobs is missing"],
    },
    {
      change: "set role project_owner; create policy everything on stripe_sync.jobs using (true)",
      words: ["policy everything on stripe_sync.jobs was added"],
    },
    {
      change: "drop index stripe_sync.jobs_by_state",
      words: ["index stripe_sync.jobs_by_state on stripe_sync.jobs is missing"],
    },
    {
      change:
        "drop index stripe_sync.jobs_by_state; create index jobs_by_state on stripe_sync.jobs (organization_id)",
      words: ["index stripe_sync.jobs_by_state on stripe_sync.jobs changed"],
    },
    {
      change: `create or replace view stripe_sync.customer_profiles as
        select id, 'nobody'::text as name from public.organizations`,
      words: ["view stripe_sync.customer_profiles changed"],
    },
    {
      change: "create rule swallow as on insert to stripe_sync.jobs do instead nothing",
      words: ["rule swallow on stripe_sync.jobs was added"],
    },
    {
      change: "set role project_owner; create table stripe_sync.notes (id int, text text not null)",
      words: ["table stripe_sync.notes was added"],
    },
    {
      change: "drop schema stripe_sync cascade",
      words: [
        "schema stripe_sync is missing",
        "trigger stripe_sync_organizations on public.organizations is missing",
      ],
    },
  ])("says that $words.0, and repairs it", async ({ change, words }) => {
    await project.sql(change);
    expect(await schema.refresh()).toEqual({ drift: words });
    expect(await schema.refresh(), "a second refresh knows no better").toEqual({});
    expect(schema.state?.inputs.drift).toEqual(words);
    await schema.up(args);
    expect(await schema.refresh()).toEqual({});
    expect(schema.state?.inputs.drift).toEqual([]);
  });
});
