-- A stand-in for https://github.com/supabase/vault with its table, view and functions. The key
-- stands in a file beside the tables, so a dump of the database does not open the secrets. Each
-- secret is encrypted with AES-256 and bound to its row by an HMAC over id, nonce and text.
create function vault._key(purpose text) returns bytea
language sql stable security definer set search_path = pg_catalog as $$
  select sha256(convert_to(pg_read_file('vault.key') || purpose, 'UTF8'))
$$;

create function vault._crypto_aead_det_noncegen() returns bytea
language sql volatile security definer set search_path = pg_catalog as $$
  select extensions.gen_random_bytes(16)
$$;

create function vault._crypto_aead_det_encrypt(
  message bytea, additional bytea, key_id bigint, context bytea default 'pgsodium', nonce bytea default null
) returns bytea
language plpgsql stable security definer set search_path = pg_catalog as $$
declare
  encrypted bytea := extensions.encrypt_iv(message, vault._key('encrypt'), nonce, 'aes-cbc');
begin
  return extensions.hmac(additional || nonce || encrypted, vault._key('authenticate'), 'sha256') || encrypted;
end
$$;

create function vault._crypto_aead_det_decrypt(
  message bytea, additional bytea, key_id bigint, context bytea default 'pgsodium', nonce bytea default null
) returns bytea
language plpgsql stable security definer set search_path = pg_catalog as $$
declare
  tag bytea := substring(message from 1 for 32);
  encrypted bytea := substring(message from 33);
begin
  if tag <> extensions.hmac(additional || nonce || encrypted, vault._key('authenticate'), 'sha256') then
    raise exception 'pgsodium_crypto_aead_det_decrypt_by_id: invalid ciphertext';
  end if;
  return extensions.decrypt_iv(encrypted, vault._key('encrypt'), nonce, 'aes-cbc');
end
$$;

create table vault.secrets (
  id uuid primary key default gen_random_uuid(),
  name text,
  description text not null default '',
  secret text not null,
  key_id uuid,
  nonce bytea default vault._crypto_aead_det_noncegen(),
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp
);
comment on table vault.secrets is 'Table with encrypted `secret` column for storing sensitive information on disk.';
create unique index secrets_name_idx on vault.secrets (name) where name is not null;

create view vault.decrypted_secrets as
  select s.id, s.name, s.description, s.secret,
    convert_from(vault._crypto_aead_det_decrypt(
      message := decode(s.secret, 'base64'),
      additional := convert_to(s.id::text, 'UTF8'),
      key_id := 0,
      nonce := s.nonce
    ), 'UTF8') as decrypted_secret,
    s.key_id, s.nonce, s.created_at, s.updated_at
  from vault.secrets s;

create function vault._encrypted(new_secret text, secret_id uuid, nonce bytea) returns text
language sql stable set search_path = pg_catalog as $$
  select encode(vault._crypto_aead_det_encrypt(
    message := convert_to(new_secret, 'UTF8'),
    additional := convert_to(secret_id::text, 'UTF8'),
    key_id := 0,
    nonce := nonce
  ), 'base64')
$$;

create function vault.create_secret(
  new_secret text,
  new_name text default null,
  new_description text default '',
  new_key_id uuid default null
) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  new_id uuid := pg_catalog.gen_random_uuid();
  new_nonce bytea := vault._crypto_aead_det_noncegen();
begin
  insert into vault.secrets (id, name, description, secret, nonce)
  values (new_id, new_name, new_description, vault._encrypted(new_secret, new_id, new_nonce), new_nonce);
  return new_id;
end
$$;

create function vault.update_secret(
  secret_id uuid,
  new_secret text default null,
  new_name text default null,
  new_description text default null,
  new_key_id uuid default null
) returns void
language plpgsql security definer set search_path = '' as $$
declare
  new_nonce bytea := vault._crypto_aead_det_noncegen();
begin
  update vault.secrets s
  set secret = case when new_secret is null then s.secret else vault._encrypted(new_secret, s.id, new_nonce) end,
    nonce = case when new_secret is null then s.nonce else new_nonce end,
    name = coalesce(new_name, s.name),
    description = coalesce(new_description, s.description),
    updated_at = pg_catalog.now()
  where s.id = secret_id;
end
$$;

-- As on a hosted project: the owner and service_role decrypt; a role that may merely read all
-- tables sees the encrypted column and fails on the view.
revoke all on all functions in schema vault from public;
grant usage on schema vault to postgres, service_role;
grant select, delete, truncate, references on vault.secrets, vault.decrypted_secrets to postgres with grant option;
grant select, delete on vault.secrets, vault.decrypted_secrets to service_role;
grant execute on function
  vault.create_secret(text, text, text, uuid),
  vault.update_secret(uuid, text, text, text, uuid),
  vault._crypto_aead_det_decrypt(bytea, bytea, bigint, bytea, bytea)
to postgres, service_role;
