-- Removes what the scripts made, but for the column with the customers' ids and its constraint:
-- the links between organizations and customers outlive the sync.
drop index if exists public.stripe_sync_unlinked_organizations;
drop function if exists public.stripe_sync_claim(uuid, integer, integer, text);
drop function if exists public.stripe_sync_claim(uuid, integer, integer, text, text);
drop function if exists public.stripe_sync_renew(uuid, uuid);
drop function if exists public.stripe_sync_complete(uuid, uuid, text, integer);
drop function if exists public.stripe_sync_fail(uuid, uuid, text, jsonb, integer);
drop function if exists public.stripe_sync_customer_event(text, text, uuid);
drop function if exists public.stripe_sync_health();
drop function if exists public.stripe_sync_due_alerts(integer, integer, integer, boolean);
drop function if exists public.stripe_sync_alerted(uuid, boolean);
-- The triggers go with their functions: a hosted project's owner may not drop a trigger of
-- auth.users by name.
drop schema if exists stripe_sync cascade;
do $$
begin
  if to_regrole('stripe_sync_worker') is null then return; end if;
  revoke usage on schema public from stripe_sync_worker;
  begin
    drop role stripe_sync_worker;
  exception when dependent_objects_still_exist or insufficient_privilege then
    -- A role belongs to the whole server, and another database of it still needs this one.
    raise notice 'role stripe_sync_worker stays: %', sqlerrm;
  end;
end
$$;
notify pgrst, 'reload schema';
