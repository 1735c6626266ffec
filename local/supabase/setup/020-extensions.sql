create schema extensions authorization postgres;
grant usage on schema extensions to anon, authenticated, service_role;
create extension pgcrypto with schema extensions;
create extension "uuid-ossp" with schema extensions;

-- The owner enables these on a hosted project; so the owner may drop them again.
create schema vault authorization postgres;
set local role postgres;
create extension supabase_vault with schema vault;
reset role;
