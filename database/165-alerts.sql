-- What is said after each pull, and what the operator is to be told. A call costs the same
-- however many organizations there are: jobs at rest are not looked at, and counts end at 10,000.

-- Organizations that came during the last `silent_seconds` and had five minutes to be rung for,
-- if no webhook has come in all that time; else 0.
create or replace function stripe_sync.unrung(silent_seconds integer) returns bigint
language plpgsql volatile security definer set search_path = '' as $$
declare
  most constant integer := 10000;
  since timestamptz := clock_timestamp() - make_interval(secs => silent_seconds);
  rung_by timestamptz := clock_timestamp() - interval '5 minutes';
  heard timestamptz := coalesce(
    (select at from stripe_sync.last_claims where source = 'webhook'),
    (select watched_since from stripe_sync.alerts where cause = 'webhook_silent')
  );
begin
  if heard > since then return 0; end if;
  return (
    select count(*) from (
      select from stripe_sync.jobs
      where announced and created_at > since and created_at < rung_by
      limit most
    ) came
  );
end
$$;

-- The backlog in numbers. A dead job waits for somebody, not for us: it is counted, but makes
-- nobody's wait longer.
create or replace function stripe_sync.backlog(silent_seconds integer) returns jsonb
language sql volatile security definer set search_path = '' as $$
  select jsonb_object_agg(states.state, coalesce(counted.jobs, 0)) || jsonb_build_object(
    'dead', (
      select count(*) from (
        select from stripe_sync.jobs where state = 'dead' limit 10000
      ) dead
    ),
    'oldest_waiting_seconds', (
      select floor(extract(epoch from clock_timestamp() - min(created_at)))::bigint
      from stripe_sync.jobs where linked_at is null and state in ('due', 'leased', 'parked')
    ),
    'last_webhook_seconds', (
      select floor(extract(epoch from clock_timestamp() - at))::bigint
      from stripe_sync.last_claims where source = 'webhook'
    ),
    'unrung', stripe_sync.unrung(silent_seconds)
  )
  from unnest(array['due', 'leased', 'parked']) states (state)
  left join (
    select state, count(*) as jobs
    from (
      select state from stripe_sync.jobs where state in ('due', 'leased', 'parked') limit 10000
    ) at_work
    group by state
  ) counted on counted.state = states.state;
$$;

-- The backlog, the causes whose threshold it passes, and of those the ones that are to be told
-- now, if the caller takes them: at most once an hour for each cause, whoever asks. Taken ones
-- are the caller's for a minute under `claim`; stripe_sync_alerted says what became of them.
create or replace function public.stripe_sync_due_alerts(
  unlinked_seconds integer default 300,
  dead_jobs integer default 1,
  silent_seconds integer default 3600,
  take boolean default false
) returns jsonb
language plpgsql security definer set search_path = '' set lock_timeout = '3s' as $$
declare
  pause constant interval := '1 hour';
  claim_life constant interval := '1 minute';
  backlog jsonb := stripe_sync.backlog(silent_seconds);
  passed text[] := array_remove(array[
    case when (backlog ->> 'oldest_waiting_seconds')::bigint > unlinked_seconds then 'unlinked' end,
    case when (backlog ->> 'dead')::bigint >= dead_jobs then 'dead_jobs' end,
    case when (backlog ->> 'unrung')::bigint > 0 then 'webhook_silent' end
  ], null);
  token constant uuid := gen_random_uuid();
  taken text[] := '{}';
begin
  if take then
    with free as (
      select cause from stripe_sync.alerts
      where cause = any (passed)
        and (told_at is null or told_at <= clock_timestamp() - pause)
        and (claimed_until is null or claimed_until <= clock_timestamp())
      order by cause
      for update skip locked
    ), claimed as (
      update stripe_sync.alerts alert set
        claim = token,
        claimed_until = clock_timestamp() + claim_life
      from free where alert.cause = free.cause
      returning alert.cause
    )
    select coalesce(array_agg(cause order by cause), '{}') into taken from claimed;
  end if;
  return jsonb_build_object(
    'backlog', backlog,
    'passed', to_jsonb(passed),
    'due', to_jsonb(taken),
    'claim', case when cardinality(taken) > 0 then token end
  );
end
$$;

-- Taken alerts were told, or could not be and are free again; the answer is their number. A claim
-- that has run out and was taken by another counts for nothing.
create or replace function public.stripe_sync_alerted(claim uuid, told boolean) returns integer
language sql volatile security definer set search_path = '' set lock_timeout = '3s' as $$
  with settled as (
    update stripe_sync.alerts alert set
      told_at = case when told then clock_timestamp() else told_at end,
      claim = null,
      claimed_until = null
    where alert.claim = $1
    returning alert.cause
  )
  select count(*)::integer from settled;
$$;
