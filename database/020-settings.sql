-- What the stack decides about the sync; one row.
create table if not exists stripe_sync.settings (
  only_row boolean primary key default true check (only_row),
  environment text not null default 'unconfigured',
  pace_per_second numeric not null default 20 check (pace_per_second > 0)
);
alter table stripe_sync.settings enable row level security;
insert into stripe_sync.settings default values on conflict do nothing;

-- Called by the stack with its settings; keys that are absent keep their value.
create or replace function stripe_sync.configure(changes jsonb) returns void
language sql security definer set search_path = '' as $$
  update stripe_sync.settings set
    environment = coalesce(changes ->> 'environment', environment),
    pace_per_second = coalesce((changes ->> 'pace_per_second')::numeric, pace_per_second);
$$;
