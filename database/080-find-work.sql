-- Makes the jobs that these organizations lack. One that has a customer is taken as it is. For the
-- others Stripe is asked first: no trigger saw them come, so they may be older than the sync, and
-- whatever was there before it may have made their customers.
create or replace function stripe_sync.ensure_jobs(organizations uuid[]) returns void
language sql security definer set search_path = '' as $$
  insert into stripe_sync.jobs (organization_id, state, synced_revision, linked_at, must_reconcile)
  select
    o.id,
    case when o.stripe_customer_id is null then 'due' else 'linked' end,
    case when o.stripe_customer_id is null then 0 else 1 end,
    case when o.stripe_customer_id is not null then clock_timestamp() end,
    o.stripe_customer_id is null
  from public.organizations o
  where o.id = any (organizations)
    and not exists (select from stripe_sync.jobs job where job.organization_id = o.id)
  -- In one order, so that two of these cannot wait for each other.
  order by o.id
  on conflict (organization_id) do nothing;
$$;

-- Whether it is certain that this job's requests made no customer: there was none, or Stripe
-- refused the first for good.
create or replace function stripe_sync.made_nothing(job stripe_sync.jobs) returns boolean
language sql immutable set search_path = '' as $$
  select not job.must_reconcile and case
    when job.state = 'dead' then job.attempts <= 1
    else job.first_attempt_at is null and job.linked_at is null
  end;
$$;

-- Whether a customer may exist that the organization's row does not name: it is to be looked for
-- before any create.
create or replace function stripe_sync.must_look(job stripe_sync.jobs, customer text)
returns boolean
language sql immutable set search_path = '' as $$
  select (customer is null or customer is not distinct from job.replaced_customer_id)
    and not stripe_sync.made_nothing(job);
$$;

-- Wakes the jobs of changed organizations that were at rest.
create or replace function stripe_sync.wake(organizations uuid[]) returns void
language plpgsql security definer set search_path = '' as $$
begin
  -- Locked in one order, so that two of these cannot wait for each other.
  perform from stripe_sync.jobs where organization_id = any (organizations)
    order by organization_id for update;

  update stripe_sync.jobs job set
    revision = job.revision + 1,
    state = 'due',
    attempts = 0,
    next_attempt_at = clock_timestamp(),
    last_error = null,
    request = null,
    request_revision = null,
    idempotency_key = null,
    generation = job.generation + stripe_sync.made_nothing(job)::integer,
    must_reconcile = stripe_sync.must_look(job, o.stripe_customer_id),
    first_attempt_at = case when stripe_sync.must_look(job, o.stripe_customer_id) then
      -- From here on the look-up lists customers; what is older, Stripe's search surely knows.
      coalesce(job.first_attempt_at, greatest(job.created_at, clock_timestamp() - interval '2 hours'))
    end
  from public.organizations o
  where job.organization_id = any (organizations)
    and o.id = job.organization_id
    and job.state in ('linked', 'dead', 'orphaned')
    -- Nothing is made anew by itself for a customer that was deleted in Stripe.
    and (job.state <> 'dead' or job.last_error ->> 'code' is distinct from 'customer_deleted');
end
$$;

-- Brings stripe_sync.changes into the jobs: of one organization, or of the oldest thousand.
create or replace function stripe_sync.fold_changes(organization uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  changed uuid[];
begin
  with taken as (
    delete from stripe_sync.changes
    where id in (
      select id from stripe_sync.changes
      where organization is null or organization_id = organization
      order by id limit 1000
      for update skip locked
    )
    returning organization_id
  )
  select array_agg(distinct organization_id) into changed from taken;
  if changed is null then return; end if;

  perform stripe_sync.ensure_jobs(changed);
  perform stripe_sync.wake(changed);
  update stripe_sync.jobs set revision = revision + 1
    where organization_id = any (changed) and state in ('due', 'leased', 'parked')
      and request_revision = revision;
  update stripe_sync.jobs set state = 'orphaned', lease_token = null, lease_until = null
    where organization_id = any (changed)
      and not exists (select from public.organizations o where o.id = organization_id);
end
$$;

-- Gives these organizations what the triggers should have: a job, and an awake one where the row
-- names no customer.
create or replace function stripe_sync.catch_up(organizations uuid[]) returns void
language plpgsql security definer set search_path = '' as $$
declare
  at_rest uuid[];
begin
  perform stripe_sync.ensure_jobs(organizations);
  at_rest := array(
    select job.organization_id
    from stripe_sync.jobs job
    join public.organizations o on o.id = job.organization_id
    where o.id = any (organizations) and o.stripe_customer_id is null
      and job.state in ('linked', 'orphaned')
  );
  if cardinality(at_rest) > 0 then perform stripe_sync.wake(at_rest); end if;
end
$$;

-- Finds what no trigger told. Each call looks at a bounded number of organizations and goes on
-- where the last one ended; whoever finds another one at it leaves it to that one.
create or replace function stripe_sync.sweep() returns void
language plpgsql security definer set search_path = '' as $$
declare
  unlinked_window constant integer := 1000;
  all_window constant integer := 500;
  first constant uuid := '00000000-0000-0000-0000-000000000000';
  position stripe_sync.sweeps;
  unlinked uuid[];
  everyone uuid[];
begin
  select * into position from stripe_sync.sweeps for update skip locked;
  if not found then return; end if;

  unlinked := array(
    select id from public.organizations
    where stripe_customer_id is null and id >= coalesce(position.unlinked_from, first)
    order by id limit unlinked_window
  );
  everyone := array(
    select id from public.organizations
    where id >= coalesce(position.all_from, first)
    order by id limit all_window
  );
  perform stripe_sync.catch_up(unlinked || everyone);

  -- A window that was not full has reached the end: the next one begins anew.
  update stripe_sync.sweeps set
    unlinked_from = unlinked[unlinked_window],
    all_from = everyone[all_window]
  where unlinked_from is distinct from unlinked[unlinked_window]
    or all_from is distinct from everyone[all_window];
end
$$;
