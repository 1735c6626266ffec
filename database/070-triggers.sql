-- The triggers of the application's tables. They run inside the sign-up, so each swallows every
-- error and gives up a lock that it cannot get at once: what they miss, the pull finds. They work
-- on whole statements, so that an import of ten thousand rows costs one insert.

-- A job in the transaction of the organization.
create or replace function stripe_sync.organizations_inserted() returns trigger
language plpgsql security definer set search_path = '' set lock_timeout = '50ms' as $$
begin
  with made as (
    insert into stripe_sync.jobs (organization_id, state, synced_revision, linked_at, announced)
    select
      id,
      case when stripe_customer_id is null then 'due' else 'linked' end,
      case when stripe_customer_id is null then 0 else 1 end,
      case when stripe_customer_id is not null then clock_timestamp() end,
      true
    from inserted
    on conflict (organization_id) do nothing
    returning organization_id
  )
  -- One that came back after it was deleted has a job already.
  insert into stripe_sync.changes (organization_id)
  select id from inserted except select organization_id from made;
  return null;
exception when others then
  raise log 'stripe_sync: no job for new organizations (%): left to the pull', sqlstate;
  return null;
end
$$;

-- Only a change that Stripe would see counts, and a customer's id that somebody took out or
-- replaced. An id that appears is the write-back.
create or replace function stripe_sync.organizations_updated() returns trigger
language plpgsql security definer set search_path = '' set lock_timeout = '50ms' as $$
begin
  insert into stripe_sync.changes (organization_id)
  select after.id
  from after
  join before on before.id = after.id
  where stripe_sync.organization_part(to_jsonb(after))
      is distinct from stripe_sync.organization_part(to_jsonb(before))
    or before.stripe_customer_id <> coalesce(after.stripe_customer_id, '');
  return null;
exception when others then
  raise log 'stripe_sync: a change of organizations was not noted (%)', sqlstate;
  return null;
end
$$;

create or replace function stripe_sync.organizations_deleted() returns trigger
language plpgsql security definer set search_path = '' set lock_timeout = '50ms' as $$
begin
  insert into stripe_sync.changes (organization_id) select id from before;
  return null;
exception when others then
  raise log 'stripe_sync: a deletion of organizations was not noted (%)', sqlstate;
  return null;
end
$$;

-- The owner's name and address are part of the profile.
create or replace function stripe_sync.users_updated() returns trigger
language plpgsql security definer set search_path = '' set lock_timeout = '50ms' as $$
begin
  insert into stripe_sync.changes (organization_id)
  select organization.id
  from after
  join before on before.id = after.id
  join public.organizations organization on organization.owner_id = after.id
  where stripe_sync.owner_part(after.email, after.raw_user_meta_data)
    is distinct from stripe_sync.owner_part(before.email, before.raw_user_meta_data);
  return null;
exception when others then
  raise log 'stripe_sync: a change of users was not noted (%)', sqlstate;
  return null;
end
$$;

create or replace trigger stripe_sync_inserted after insert on public.organizations
  referencing new table as inserted
  for each statement execute function stripe_sync.organizations_inserted();

create or replace trigger stripe_sync_updated after update on public.organizations
  referencing old table as before new table as after
  for each statement execute function stripe_sync.organizations_updated();

create or replace trigger stripe_sync_deleted after delete on public.organizations
  referencing old table as before
  for each statement execute function stripe_sync.organizations_deleted();

do $$
begin
  if to_regclass('auth.users') is null then return; end if;
  create or replace trigger stripe_sync_updated after update on auth.users
    referencing old table as before new table as after
    for each statement execute function stripe_sync.users_updated();
exception when insufficient_privilege then
  raise warning 'no trigger on auth.users (%): a changed name or address of a person reaches Stripe with the next change of the organization', sqlerrm;
end
$$;
