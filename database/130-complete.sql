-- The Worker made, found or updated the customer with the request of `revision`.
create or replace function public.stripe_sync_complete(
  organization uuid, lease uuid, customer text, revision integer
) returns jsonb
language plpgsql security definer set search_path = '' set lock_timeout = '3s' as $$
declare
  present text;
  job stripe_sync.jobs;
  outcome text;
begin
  if customer is null or customer !~ '^cus_[A-Za-z0-9_]{1,250}$' then
    raise exception 'not the id of a customer' using errcode = 'invalid_parameter_value';
  end if;
  begin
    present := stripe_sync.write_back(organization, customer);
  exception when unique_violation then
    perform stripe_sync.note_duplicate(organization, customer);
    perform public.stripe_sync_fail(organization, lease, 'permanent', jsonb_build_object(
      'code', 'customer_of_another_organization',
      'message', 'The customer is linked to another organization already.'
    ));
    return '{"outcome": "duplicate", "customer_id": null}';
  end;
  if present is null then
    perform stripe_sync.note_duplicate(organization, customer);
    perform stripe_sync.orphan(organization);
    return '{"outcome": "orphaned", "customer_id": null}';
  end if;

  select * into job from stripe_sync.jobs where organization_id = organization;
  if job.lease_token is distinct from lease or lease is null then
    -- The lease ended, but the customer is there and so is its id now. Whoever holds the job
    -- repeats the same request and gets the same customer.
    outcome := 'lease_lost';
  elsif present <> customer then
    -- Revision 0, because the row's own customer did not get this request.
    perform stripe_sync.settle(organization, 0);
    outcome := 'duplicate';
  else
    outcome := stripe_sync.settle(organization, least(coalesce(revision, 0), job.revision));
  end if;
  return jsonb_build_object('outcome', outcome, 'customer_id', present);
end
$$;
