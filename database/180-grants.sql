-- The Worker may call the functions below and nothing else. What a role may do is written
-- here in full: new functions are open to everybody, and some projects open everything new in
-- public to the API roles.
do $$
declare
  api_role text;
  worker_functions constant text := '
    public.stripe_sync_claim(uuid, integer, integer, text, text),
    public.stripe_sync_renew(uuid, uuid),
    public.stripe_sync_complete(uuid, uuid, text, integer),
    public.stripe_sync_fail(uuid, uuid, text, jsonb, integer),
    public.stripe_sync_customer_event(text, text, uuid),
    public.stripe_sync_health(),
    public.stripe_sync_due_alerts(integer, integer, integer, boolean),
    public.stripe_sync_alerted(uuid, boolean)';
begin
  foreach api_role in array array['public', 'anon', 'authenticated', 'service_role', 'stripe_sync_worker'] loop
    continue when api_role <> 'public' and to_regrole(api_role) is null;
    execute format('revoke all on schema stripe_sync from %s', api_role);
    execute format('revoke all on all tables in schema stripe_sync from %s', api_role);
    execute format('revoke all on all sequences in schema stripe_sync from %s', api_role);
    execute format('revoke all on all functions in schema stripe_sync from %s', api_role);
    execute format('revoke all on function %s from %s', worker_functions, api_role);
  end loop;

  -- service_role too: a project's secret key works, though it opens far more than this.
  foreach api_role in array array['stripe_sync_worker', 'service_role'] loop
    continue when to_regrole(api_role) is null;
    execute format('grant usage on schema public to %I', api_role);
    execute format('grant execute on function %s to %I', worker_functions, api_role);
  end loop;
end
$$;

-- The REST interface caches the functions that it offers.
notify pgrst, 'reload schema';
