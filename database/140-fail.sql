-- Seconds until the next attempt: 2^n up to an hour, between half of it and all.
create or replace function stripe_sync.backoff_seconds(attempts integer) returns numeric
language sql volatile set search_path = '' as $$
  select least(3600, power(2, least(attempts, 12)))::numeric * (0.5 + random() / 2)::numeric;
$$;

-- The attempt failed; the class says what may be done about it:
-- retry          the same again, later
-- configuration  the same, until somebody repairs the environment
-- ambiguous      a customer may exist: look before any create
-- permanent      nothing, until the data change or somebody requeues the job
create or replace function public.stripe_sync_fail(
  organization uuid, lease uuid, class text, error jsonb, retry_after_seconds integer default null
) returns jsonb
language plpgsql security definer set search_path = '' set lock_timeout = '3s' as $$
declare
  longest_wait constant integer := 86400;
  job stripe_sync.jobs;
  customer text;
begin
  if class is null or class not in ('retry', 'configuration', 'ambiguous', 'permanent') then
    class := 'retry';
  end if;
  select * into job from stripe_sync.jobs where organization_id = organization for update;
  if job.lease_token is distinct from lease or lease is null then
    return '{"outcome": "lease_lost", "next_attempt_at": null}';
  end if;
  select nullif(stripe_customer_id, job.replaced_customer_id) into customer
    from public.organizations where id = organization;

  job.state := 'due';
  if class = 'permanent' then
    job.state := 'dead';
  elsif class = 'ambiguous' and customer is not null then
    -- An update sets, it does not add: under the key of a new revision it may be repeated.
    job.revision := job.revision + 1;
  elsif class = 'ambiguous' then
    job.state := 'parked';
    job.must_reconcile := true;
  end if;

  update stripe_sync.jobs set
    state = job.state,
    revision = job.revision,
    must_reconcile = job.must_reconcile,
    next_attempt_at = clock_timestamp() + make_interval(secs => greatest(
      stripe_sync.backoff_seconds(attempts), least(coalesce(retry_after_seconds, 0), longest_wait)
    )::double precision),
    last_attempt_at = clock_timestamp(),
    lease_token = null,
    lease_until = null,
    last_error = jsonb_build_object(
      'class', class,
      'code', left(error ->> 'code', 100),
      'message', left(error ->> 'message', 500),
      'at', clock_timestamp()
    )
  where organization_id = organization
  returning * into job;
  return jsonb_build_object(
    'outcome', job.state,
    'next_attempt_at', case when job.state <> 'dead' then job.next_attempt_at end
  );
end
$$;
