-- What the stack decides about the sync; one row.
create table if not exists stripe_sync.settings (
  only_row boolean primary key default true check (only_row),
  environment text not null default 'unconfigured',
  pace_per_second numeric not null default 20 check (pace_per_second > 0)
);
alter table stripe_sync.settings enable row level security;
insert into stripe_sync.settings default values on conflict do nothing;

-- Called by the stack with its settings; keys that are absent keep their value. A database belongs
-- to the first environment that configured it: a second stack pointed at it by mistake would take
-- its organizations into another Stripe account.
create or replace function stripe_sync.configure(changes jsonb) returns void
language plpgsql security definer set search_path = '' as $$
declare
  wanted constant text := changes ->> 'environment';
  present text;
begin
  select environment into present from stripe_sync.settings for update;
  if stripe_sync.is_foreign(wanted) then
    raise exception using
      errcode = 'object_not_in_prerequisite_state',
      message = format(
        'this database belongs to environment "%s"; environment "%s" must not take it over',
        present, wanted
      ),
      hint = format(
        'Compare the stack''s supabaseProjectRef. If the database is to move to another '
        'environment, first run in it: update stripe_sync.settings set environment = %L', wanted
      );
  end if;
  update stripe_sync.settings set
    environment = coalesce(wanted, environment),
    pace_per_second = coalesce((changes ->> 'pace_per_second')::numeric, pace_per_second);
end
$$;

-- Whether the database belongs to another environment than this one. Null, from a Worker that is
-- older than this rule, is of no environment.
create or replace function stripe_sync.is_foreign(wanted text) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from stripe_sync.settings
    where environment <> 'unconfigured' and environment <> wanted
  );
$$;
