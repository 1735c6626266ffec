-- What is to be done for a job that the caller has locked: `job` with the request, key and times
-- that its lease will have, or null when nothing is to be done. Changes nothing.
create or replace function stripe_sync.plan_job(
  inout job stripe_sync.jobs, out action text, out customer text
)
language plpgsql security definer set search_path = '' as $$
declare
  -- Stripe keeps an idempotency key for 24 hours at least
  -- (https://docs.stripe.com/api/idempotent_requests); an hour is left for clocks and slow answers.
  key_life constant interval := '23 hours';
  key text := 'organization:' || job.organization_id || ':';
begin
  select stripe_customer_id into customer from public.organizations where id = job.organization_id;
  if not found then
    action := 'orphan';
    return;
  end if;
  if customer = job.replaced_customer_id then customer := null; end if;

  action := case
    when customer is not null then
      case when job.synced_revision < job.revision then 'update' else 'settle' end
    -- A job that old and never tried comes from a restored backup, or waited very long: an attempt
    -- that the database knows nothing of may have made a customer under a key that is no more.
    when job.must_reconcile
      or coalesce(job.first_attempt_at, job.created_at) < clock_timestamp() - key_life
      then 'reconcile'
    else 'create'
  end;
  if action = 'settle' then return; end if;

  key := key || case when action = 'update' then 'r' || job.revision else 'g' || job.generation end;
  if job.request is null or job.idempotency_key is distinct from key then
    -- Frozen from here on: Stripe refuses another body under the same key.
    job.request := stripe_sync.customer_request(job.organization_id, action = 'update');
    job.request_revision := job.revision;
    job.idempotency_key := key;
    if action <> 'reconcile' then job.first_attempt_at := clock_timestamp(); end if;
  end if;
  job.must_reconcile := action = 'reconcile';
end
$$;

-- Leases one job as planned.
create or replace function stripe_sync.lease(
  planned stripe_sync.jobs, lease_seconds integer, claim_source text
) returns stripe_sync.jobs
language plpgsql security definer set search_path = '' as $$
declare
  leased stripe_sync.jobs;
  until timestamptz := clock_timestamp() + make_interval(secs => lease_seconds);
begin
  update stripe_sync.jobs set
    state = 'leased',
    attempts = attempts + 1,
    lease_token = gen_random_uuid(),
    lease_until = until,
    next_attempt_at = until,
    request = planned.request,
    request_revision = planned.request_revision,
    idempotency_key = planned.idempotency_key,
    first_attempt_at = planned.first_attempt_at,
    must_reconcile = planned.must_reconcile,
    -- What a backfill put there stays its own until it is linked, whoever comes to work on it.
    last_source = case
      when last_source = 'backfill' and linked_at is null then last_source else claim_source
    end
  where organization_id = planned.organization_id
  returning * into leased;
  return leased;
end
$$;

-- The job as the Worker gets it. A reconciled customer may carry older data, so its revision is
-- 0: whatever is found is then brought up to date.
create or replace function stripe_sync.describe_job(job stripe_sync.jobs, action text, customer text)
returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object(
    'organization_id', job.organization_id,
    'action', action,
    'lease', job.lease_token,
    'revision', case when action = 'reconcile' then 0 else job.request_revision end,
    'generation', job.generation,
    'attempt', job.attempts,
    'idempotency_key', job.idempotency_key,
    'request', job.request,
    'customer_id', customer,
    'first_attempt_at', job.first_attempt_at,
    'last_attempt_at', coalesce(job.last_attempt_at, job.first_attempt_at)
  );
$$;
