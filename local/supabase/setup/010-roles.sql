-- The roles of a hosted project. The bootstrap superuser is supabase_admin; the owner, postgres,
-- is no superuser.
create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role service_role nologin noinherit bypassrls;
-- The REST interface logs in as this role and switches to the role of the token.
create role authenticator login noinherit;
create role supabase_auth_admin login noinherit createrole;
-- Read-only access tokens.
create role supabase_read_only_user login bypassrls;
create role postgres login createdb createrole replication bypassrls;

grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role, authenticator to postgres with admin option;
grant pg_read_all_data, pg_monitor, pg_signal_backend to postgres with admin option;
grant pg_read_all_data to supabase_read_only_user;
grant set on parameter session_replication_role to postgres;

alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
alter role supabase_read_only_user set default_transaction_read_only = on;
alter role postgres set search_path = "$user", public, extensions;
alter role supabase_admin set search_path = "$user", public, auth, extensions;

alter database postgres owner to postgres;
grant create on database postgres to supabase_auth_admin;
grant usage on schema public to postgres, anon, authenticated, service_role;
