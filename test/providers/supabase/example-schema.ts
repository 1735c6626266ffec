import { projectRef } from "./management-api-double.ts";

const tables = `
create schema if not exists stripe_sync;
revoke all on schema stripe_sync from public;
create table if not exists stripe_sync.jobs (
  organization_id uuid primary key,
  state text not null default 'due' constraint jobs_state check (state in ('due', 'linked'))
);
create index if not exists jobs_by_state on stripe_sync.jobs (state);
alter table stripe_sync.jobs enable row level security;
create or replace view stripe_sync.customer_profiles as select id, name from public.organizations;`;

const functions = `
do $$ begin
  if to_regrole('stripe_sync_worker') is null then create role stripe_sync_worker nologin noinherit; end if;
end $$;
grant stripe_sync_worker to authenticator;
create or replace function public.stripe_sync_claim(organization uuid default null, how_many int default 1)
returns int language sql security definer set search_path = '' as 'select how_many';
revoke all on function public.stripe_sync_claim(uuid, int) from public, anon, authenticated;
grant execute on function public.stripe_sync_claim(uuid, int) to stripe_sync_worker;
create or replace function stripe_sync.note() returns trigger language plpgsql
  security definer set search_path = '' as $$ begin
  insert into stripe_sync.jobs values (new.id) on conflict do nothing;
  return null;
end $$;
create or replace trigger stripe_sync_organizations after insert on public.organizations
  for each row execute function stripe_sync.note();`;

/** Arguments of a SqlSchema with one object of each kind. */
export const exampleSchema = {
  projectRef,
  schema: "stripe_sync",
  scripts: [
    { name: "010_tables.sql", sql: tables },
    { name: "020_functions.sql", sql: functions },
  ],
  uninstall: `
    drop trigger if exists stripe_sync_organizations on public.organizations;
    drop function if exists public.stripe_sync_claim(uuid, int);
    drop schema if exists stripe_sync cascade;
    do $$ begin
      if to_regrole('stripe_sync_worker') is not null then drop role stripe_sync_worker; end if;
    end $$;`,
};
