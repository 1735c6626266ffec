-- The Worker looked in Stripe and found no customer: a create is safe, under a new key
-- when the last one was used.
create or replace function public.stripe_sync_renew(organization uuid, lease uuid) returns jsonb
language plpgsql security definer set search_path = '' set lock_timeout = '3s' as $$
declare
  job stripe_sync.jobs;
  customer text;
  at timestamptz;
  next_generation integer;
begin
  select * into job from stripe_sync.jobs where organization_id = organization for update;
  if job.lease_token is distinct from lease or lease is null then
    return '{"outcome": "lease_lost"}';
  end if;
  select stripe_customer_id into customer from public.organizations where id = organization;
  if not found then
    perform stripe_sync.orphan(organization);
    return '{"outcome": "orphaned"}';
  end if;
  if customer is not null and customer is distinct from job.replaced_customer_id then
    -- The customer turned up meanwhile; what is left to do is an update.
    perform stripe_sync.settle(organization, 0);
    return '{"outcome": "lease_lost"}';
  end if;

  at := clock_timestamp();
  -- Without an attempt the key is unused, as far as this database knows: should it be a restored
  -- or a new one, Stripe gives for the same key the customer that was made before.
  next_generation := job.generation + (job.first_attempt_at is not null)::integer;
  update stripe_sync.jobs set
    generation = next_generation,
    idempotency_key = 'organization:' || organization || ':g' || next_generation,
    request = stripe_sync.customer_request(organization, false),
    request_revision = job.revision,
    first_attempt_at = at,
    last_attempt_at = null,
    must_reconcile = false
  where organization_id = organization
  returning * into job;
  return stripe_sync.describe_job(job, 'create', null);
end
$$;
