-- The schema that holds everything of the sync except the functions which the Worker calls:
-- those stand in public, because a hosted project's REST interface exposes only that schema.

-- Two installations at once would disturb each other.
do $$ begin perform pg_advisory_xact_lock(hashtextextended('stripe_sync', 0)); end $$;

create schema if not exists stripe_sync;

-- The Worker's role. It cannot log in: a token reaches it through the REST interface, which logs
-- in as authenticator and switches. Roles belong to the whole server, so another database of it
-- may be making this one at the same moment.
do $$
begin
  if to_regrole('stripe_sync_worker') is null then
    create role stripe_sync_worker nologin noinherit;
  end if;
exception when duplicate_object or unique_violation then
  null;
end
$$;
do $$
begin
  if to_regrole('authenticator') is not null
    and not exists (
      select from pg_catalog.pg_auth_members
      where member = to_regrole('authenticator') and roleid = to_regrole('stripe_sync_worker')
    )
  then
    grant stripe_sync_worker to authenticator;
  end if;
end
$$;

-- pg_net sends the webhook. Without it the doorbell is silent and the cron pull does the work.
do $$
begin
  if exists (select from pg_catalog.pg_available_extensions where name = 'pg_net')
    and not exists (select from pg_catalog.pg_extension where extname = 'pg_net')
  then
    create extension if not exists pg_net;
  end if;
exception when others then
  raise notice 'pg_net could not be enabled (%): organizations are linked by the pull alone', sqlstate;
end
$$;
