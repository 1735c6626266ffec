-- What of a hosted project these tests need: its roles, Vault, pg_net and a table. The owner is
-- no superuser there.
create role supabase_read_only_user nologin bypassrls;
grant pg_read_all_data to supabase_read_only_user;
create role project_owner login password 'postgres' createrole createdb bypassrls;
grant supabase_read_only_user to project_owner;
grant create on database postgres to project_owner;
create role anon nologin;
create role authenticated nologin;
create role authenticator nologin noinherit;
grant authenticator, anon to project_owner with admin option;
alter schema public owner to project_owner;

create schema vault;
create table vault.secrets (
  id uuid primary key default gen_random_uuid(),
  name text,
  description text not null default '',
  secret text not null,
  updated_at timestamptz not null default now()
);
create unique index on vault.secrets (name) where name is not null;
create function vault.decrypt(secret text) returns text language sql as $$ select reverse(secret) $$;
revoke all on function vault.decrypt(text) from public;
create view vault.decrypted_secrets as
  select id, name, description, secret, vault.decrypt(secret) as decrypted_secret, updated_at
  from vault.secrets;
create function vault.create_secret(new_secret text, new_name text default null, new_description text default '', new_key_id uuid default null)
returns uuid language sql security definer as $$
  insert into vault.secrets (secret, name, description) values (reverse(new_secret), new_name, new_description) returning id
$$;
create function vault.update_secret(secret_id uuid, new_secret text default null, new_name text default null, new_description text default null, new_key_id uuid default null)
returns void language sql security definer as $$
  update vault.secrets set secret = coalesce(reverse(new_secret), secret), name = coalesce(new_name, name),
    description = coalesce(new_description, description), updated_at = now() where id = secret_id
$$;
grant usage on schema vault to project_owner;
grant select, delete on vault.secrets to project_owner;
grant select on vault.decrypted_secrets to project_owner;
grant execute on all functions in schema vault to project_owner;

create schema net;
create unlogged table net.http_request_queue (
  id bigserial, method text not null, url text not null, headers jsonb, body bytea, timeout_milliseconds int not null
);
create function net.http_post(url text, body jsonb default '{}', params jsonb default '{}', headers jsonb default '{"Content-Type": "application/json"}', timeout_milliseconds int default 5000)
returns bigint language plpgsql security definer as $$
declare
  request_id bigint;
begin
  if headers ->> 'Content-Type' is distinct from 'application/json' then
    raise exception 'Content-Type must be "application/json"';
  end if;
  insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
  values ('POST', url, headers, convert_to(body::text, 'UTF8'), timeout_milliseconds)
  returning id into request_id;
  return request_id;
end $$;
grant usage on schema net to public;

set role project_owner;
create table public.organizations (
  id uuid primary key default gen_random_uuid(),
  name text,
  industry text,
  stripe_customer_id text unique
);
grant insert, update, delete, select on public.organizations to authenticated;
reset role;
