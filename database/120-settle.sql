-- Ends the work on a job: linked, or due again when the organization changed meanwhile.
create or replace function stripe_sync.settle(organization uuid, done_revision integer) returns text
language plpgsql security definer set search_path = '' as $$
declare
  settled text;
begin
  update stripe_sync.jobs set
    synced_revision = greatest(synced_revision, done_revision),
    state = case when revision > greatest(synced_revision, done_revision) then 'due' else 'linked' end,
    attempts = 0,
    next_attempt_at = clock_timestamp(),
    lease_token = null,
    lease_until = null,
    idempotency_key = null,
    request = null,
    request_revision = null,
    first_attempt_at = null,
    last_attempt_at = null,
    must_reconcile = false,
    replaced_customer_id = null,
    last_error = null,
    linked_at = coalesce(linked_at, clock_timestamp())
  where organization_id = organization
  returning state into settled;
  return settled;
end
$$;

-- The organization is gone; its job stays for the audit.
create or replace function stripe_sync.orphan(organization uuid) returns void
language sql security definer set search_path = '' as $$
  update stripe_sync.jobs set state = 'orphaned', lease_token = null, lease_until = null
  where organization_id = organization;
$$;

-- A live customer that carries the organization's id and is not the one in its row.
create or replace function stripe_sync.note_duplicate(organization uuid, customer text) returns void
language sql security definer set search_path = '' as $$
  insert into stripe_sync.duplicates (organization_id, customer_id)
  values (organization, customer) on conflict do nothing;
$$;

-- Writes the customer's id into the organization's row where there is none; never over another
-- one, unless an operator had that one replaced. Returns the id that the row then has; null when
-- the organization is gone.
--
-- Locks the organization's row first and the job's after it. Whoever changes an organization
-- holds the former and never waits for the latter.
create or replace function stripe_sync.write_back(organization uuid, customer text) returns text
language plpgsql security definer set search_path = '' as $$
declare
  present text;
  replaced text;
begin
  select stripe_customer_id into present from public.organizations
    where id = organization for no key update;
  if not found then return null; end if;
  select replaced_customer_id into replaced from stripe_sync.jobs
    where organization_id = organization for update;
  if present is null or present = replaced then
    update public.organizations set stripe_customer_id = customer where id = organization;
    return customer;
  end if;
  if present <> customer then
    perform stripe_sync.note_duplicate(organization, customer);
  end if;
  return present;
end
$$;
