-- Stripe's own word about a customer, in any order and more than once. `created` adopts one whose
-- creation was never answered; `deleted` reports the one in an organization's row, which is not
-- made anew before somebody requeues it; `updated` repairs one that lost our metadata.
create or replace function public.stripe_sync_customer_event(
  customer text, kind text, organization uuid default null
) returns jsonb
language plpgsql security definer set search_path = '' set lock_timeout = '3s' as $$
declare
  linked uuid;
begin
  if customer is null or customer !~ '^cus_[A-Za-z0-9_]{1,250}$' then
    return '{"outcome": "ignored"}';
  end if;
  if kind = 'created' then
    -- While customers are made of a backlog, each event brings the Worker back to it.
    return jsonb_build_object(
      'outcome', stripe_sync.adopt(organization, customer),
      'backlog', exists (
        select from stripe_sync.jobs
        where state in ('due', 'leased', 'parked') and next_attempt_at <= clock_timestamp()
      )
    );
  end if;

  if kind = 'deleted' then
    delete from stripe_sync.duplicates where customer_id = customer;
  end if;
  select id into linked from public.organizations where stripe_customer_id = customer;
  if not found then return '{"outcome": "ignored"}'; end if;

  perform stripe_sync.ensure_jobs(array[linked]);
  if kind = 'deleted' then
    update stripe_sync.jobs set
      state = 'dead',
      lease_token = null,
      lease_until = null,
      last_error = jsonb_build_object(
        'class', 'permanent',
        'code', 'customer_deleted',
        'message', 'The customer was deleted in Stripe. Requeue the organization to make a new one.',
        'at', clock_timestamp()
      )
    where organization_id = linked and replaced_customer_id is distinct from customer;
    return '{"outcome": "deleted"}';
  elsif kind = 'updated' then
    insert into stripe_sync.changes (organization_id) values (linked);
    perform stripe_sync.fold_changes(linked);
    return '{"outcome": "repair"}';
  end if;
  return '{"outcome": "ignored"}';
end
$$;

-- Links a customer that says it belongs to the organization, where that has none.
create or replace function stripe_sync.adopt(organization uuid, customer text) returns text
language plpgsql security definer set search_path = '' as $$
declare
  before text;
  job stripe_sync.jobs;
begin
  select stripe_customer_id into before from public.organizations where id = organization;
  if not found then return 'ignored'; end if;
  if before = customer then return 'linked'; end if;
  -- Most events come while the Worker is writing the same id: that is waited for.
  select stripe_customer_id into before from public.organizations
    where id = organization for no key update;
  if before = customer then return 'linked'; end if;
  perform stripe_sync.ensure_jobs(array[organization]);
  if stripe_sync.write_back(organization, customer) is distinct from customer then
    return 'duplicate';
  end if;
  select * into job from stripe_sync.jobs where organization_id = organization;
  -- A Worker that has the job in hand is about to complete it with the same customer. If it died,
  -- the next one sends an update to this customer: either way Stripe is asked about it.
  if job.state = 'leased' then return 'linked'; end if;
  -- Its data may be those of an older request: revision 0 makes an update due.
  perform stripe_sync.settle(organization, 0);
  return 'adopted';
exception when unique_violation then
  -- It stands in another organization's row.
  return 'duplicate';
end
$$;
