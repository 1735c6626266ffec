-- For the operator: puts a job that waits or rests back to be done now; the answer is its state.
-- For a customer that was deleted in Stripe this is what makes a new one.
create or replace function stripe_sync.requeue(organization uuid) returns text
language plpgsql security definer set search_path = '' as $$
declare
  requeued text;
begin
  -- Due and parked jobs keep what they know of their attempts, and so look first where they must.
  update stripe_sync.jobs set attempts = 0, next_attempt_at = clock_timestamp()
  where organization_id = organization and state in ('due', 'parked');

  update stripe_sync.jobs job set
    replaced_customer_id = o.stripe_customer_id,
    -- That customer was there, so no request of the job can have made another.
    attempts = 0,
    must_reconcile = false,
    last_error = null
  from public.organizations o
  where o.id = job.organization_id and job.organization_id = organization
    and job.state = 'dead' and job.last_error ->> 'code' = 'customer_deleted';

  if exists (
    select from stripe_sync.jobs where organization_id = organization and state in ('dead', 'orphaned')
  ) then
    perform stripe_sync.wake(array[organization]);
  end if;
  select state into requeued from stripe_sync.jobs where organization_id = organization;
  return coalesce(requeued, 'unknown_organization');
end
$$;
