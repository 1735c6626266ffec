-- The parts of a hosted Supabase project that the sync schema meets, run by the superuser: its
-- roles, of which `postgres` is no superuser, and auth.users, which belongs to Auth.
do $$
declare
  wanted text;
begin
  if exists (select from pg_roles where rolname = 'postgres') then return; end if;
  create role postgres login password 'postgres' createrole createdb bypassrls;
  create role supabase_auth_admin login password 'supabase_auth_admin' createrole noinherit;
  create role authenticator login password 'authenticator' noinherit;
  foreach wanted in array array['anon', 'authenticated', 'service_role'] loop
    execute format('create role %I nologin noinherit', wanted);
    execute format('grant %I to authenticator', wanted);
    execute format('grant %I to postgres with admin option', wanted);
  end loop;
  alter role service_role bypassrls;
  grant authenticator to postgres with admin option;
end
$$;

-- Projects made before 2026 open everything new in public to the API roles.
grant usage on schema public to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on tables to anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on functions to anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on sequences to anon, authenticated, service_role;

create schema auth authorization supabase_auth_admin;
grant usage on schema auth to postgres, anon, authenticated, service_role;
create table auth.users (
  id uuid primary key default gen_random_uuid(),
  email varchar(255) unique,
  raw_user_meta_data jsonb,
  last_sign_in_at timestamptz
);
alter table auth.users enable row level security;
alter table auth.users owner to supabase_auth_admin;
grant all on auth.users to postgres;
create function auth.uid() returns uuid language sql stable as
  'select nullif(current_setting(''request.jwt.claim.sub'', true), '''')::uuid';
