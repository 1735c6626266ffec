-- The state of the sync in numbers, without personal data.
create or replace function public.stripe_sync_health() returns jsonb
language sql volatile security definer set search_path = '' as $$
  select jsonb_build_object(
    'jobs', (
      select jsonb_object_agg(state, coalesce(counted.jobs, 0))
      from unnest(array['due', 'leased', 'linked', 'parked', 'dead', 'orphaned']) state
      left join (select state, count(*) as jobs from stripe_sync.jobs group by state) counted
        using (state)
    ),
    'oldest_unlinked_seconds', (
      select floor(extract(epoch from clock_timestamp() - min(created_at)))::bigint
      from stripe_sync.jobs
      where linked_at is null and state in ('due', 'leased', 'parked', 'dead')
    ),
    'organizations_without_job', (
      select count(*) from public.organizations o
      where o.stripe_customer_id is null
        and not exists (select from stripe_sync.jobs job where job.organization_id = o.id)
    ),
    'customers_deleted', (
      select count(*) from stripe_sync.jobs
      where state = 'dead' and last_error ->> 'code' = 'customer_deleted'
    ),
    'duplicates', (select count(*) from stripe_sync.duplicates),
    'pending_changes', (select count(*) from stripe_sync.changes),
    'last_webhook_at', (select at from stripe_sync.last_claims where source = 'webhook'),
    'last_cron_at', (select at from stripe_sync.last_claims where source = 'cron')
  );
$$;
