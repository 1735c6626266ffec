-- Before it knew of environments, the function had one argument less. The REST interface could not
-- choose between two of one name; a Worker of that time calls this one.
drop function if exists public.stripe_sync_claim(uuid, integer, integer, text);

-- Leases due jobs to the caller: of one organization, or of those `how_many` that wait longest. A
-- Worker of another environment gets none, and leaves no trace.
create or replace function public.stripe_sync_claim(
  organization uuid default null,
  how_many integer default 1,
  lease_seconds integer default 60,
  source text default 'cron',
  environment text default null
) returns jsonb
language plpgsql security definer set search_path = '' set lock_timeout = '3s' as $$
declare
  -- Calls of Stripe: search, list, and a create or the confirmation of what was found.
  look_cost constant integer := 3;
  candidate stripe_sync.jobs;
  plan record;
  planned stripe_sync.jobs[] := '{}';
  actions text[] := '{}';
  costs integer[] := '{}';
  customers text[] := '{}';
  permits integer;
  claimed jsonb := '[]';
begin
  if stripe_sync.is_foreign(environment) then
    return jsonb_build_object(
      'jobs', claimed,
      'deferred', jsonb_build_object(
        'reason', 'other_environment',
        'environment', (select settings.environment from stripe_sync.settings)
      ),
      'more', false
    );
  end if;
  if source is null or source not in ('webhook', 'cron', 'backfill') then source := 'cron'; end if;
  how_many := least(greatest(coalesce(how_many, 1), 1), 100);
  lease_seconds := least(greatest(coalesce(lease_seconds, 60), 10), 900);
  -- A pull behind a webhook's answer, or behind an event of Stripe's, is no webhook.
  if source <> 'webhook' or organization is not null then
    perform stripe_sync.note_claim(source);
  end if;
  perform stripe_sync.fold_changes(organization);
  if organization is null then
    perform stripe_sync.sweep();
  else
    perform stripe_sync.catch_up(array[organization]);
  end if;

  for candidate in
    select * from stripe_sync.jobs
    where state in ('due', 'leased', 'parked')
      and next_attempt_at <= clock_timestamp()
      and (organization is null or organization_id = organization)
    order by next_attempt_at
    limit how_many
    for update skip locked
  loop
    plan := stripe_sync.plan_job(candidate);
    case plan.action
      when 'orphan' then perform stripe_sync.orphan(candidate.organization_id);
      when 'settle' then perform stripe_sync.settle(candidate.organization_id, candidate.revision);
      else
        planned := array_append(planned, plan.job);
        actions := array_append(actions, plan.action);
        costs := array_append(costs, case plan.action when 'reconcile' then look_cost else 1 end);
        customers := array_append(customers, plan.customer);
    end case;
  end loop;

  -- A pull leaves a permit for the next sign-up: a backlog must not hold up who comes now.
  permits := stripe_sync.take_pace(costs, (organization is null)::integer);
  for i in 1 .. permits loop
    claimed := claimed || stripe_sync.describe_job(
      stripe_sync.lease(planned[i], lease_seconds, source), actions[i], customers[i]);
  end loop;

  return jsonb_build_object(
    'jobs', claimed,
    'deferred', case when organization is not null and claimed = '[]' then
      stripe_sync.why_deferred(organization, cardinality(planned) > 0)
    end,
    -- For a pull that the pace gave nothing: when to ask again.
    'wait_ms', case when organization is null and permits < least(1, cardinality(planned)) then
      stripe_sync.pace_wait_ms()
    end,
    'more', organization is null and (
      exists (
        select from stripe_sync.jobs
        where state in ('due', 'leased', 'parked') and next_attempt_at <= clock_timestamp()
      )
      or exists (select from stripe_sync.changes)
    )
  );
end
$$;

-- Why nothing was claimed for one organization.
create or replace function stripe_sync.why_deferred(organization uuid, for_pace boolean)
returns jsonb
language sql volatile security definer set search_path = '' as $$
  select coalesce(
    (
      select jsonb_build_object(
        'reason', case
          when job.state in ('linked', 'dead', 'orphaned', 'leased') then job.state
          when for_pace then 'pace'
          when job.next_attempt_at > clock_timestamp() then 'backoff'
          -- Due, but another claim has it in hand at this moment.
          else 'leased'
        end,
        'retry_after_seconds', case when job.state in ('due', 'leased', 'parked') then greatest(
          case when for_pace then stripe_sync.pace_seconds() else 1 end,
          ceil(extract(epoch from job.next_attempt_at - clock_timestamp()))
        )::integer end,
        'customer_id', o.stripe_customer_id
      )
      from stripe_sync.jobs job
      left join public.organizations o on o.id = job.organization_id
      where job.organization_id = organization
    ),
    '{"reason": "unknown_organization", "retry_after_seconds": null, "customer_id": null}'
  );
$$;

-- Notes that somebody asks for work. To the second is enough; the row must not become a queue.
create or replace function stripe_sync.note_claim(claim_source text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update stripe_sync.last_claims set at = clock_timestamp()
  where source in (
    select source from stripe_sync.last_claims
    where source = claim_source and at < clock_timestamp() - interval '1 second'
    for update skip locked
  );
  if not exists (select from stripe_sync.last_claims where source = claim_source) then
    insert into stripe_sync.last_claims (source, at) values (claim_source, clock_timestamp())
      on conflict (source) do nothing;
  end if;
end
$$;
