-- For the operator: gives the next organizations by id what they lack, as the pull does by and by,
-- and marks what waits for its first look as the backfill's. The answer is the last organization
-- that was looked at; null when there was none left.
create or replace function stripe_sync.backfill(after uuid, how_many integer) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  organizations uuid[] := array(
    select id from public.organizations
    where after is null or id > after
    order by id limit how_many
  );
begin
  perform stripe_sync.catch_up(organizations);
  update stripe_sync.jobs set last_source = 'backfill'
  where organization_id = any (organizations) and state = 'due' and must_reconcile and attempts = 0;
  return organizations[cardinality(organizations)];
end
$$;
