-- A stand-in for https://github.com/supabase/pg_net with its tables, functions and grants. The
-- worker that sends the requests is not in PostgreSQL: it listens for the notification of
-- net.wake(), which arrives, as pg_net's own wake-up does, after the commit.
create schema if not exists net;

create domain net.http_method as text check (
  value ilike 'get' or value ilike 'post' or value ilike 'delete'
);

-- Unlogged: a crash of the server empties them.
create unlogged table net.http_request_queue (
  id bigserial,
  method net.http_method not null,
  url text not null,
  headers jsonb,
  body bytea,
  timeout_milliseconds int not null
);

create unlogged table net._http_response (
  id bigint,
  status_code integer,
  content_type text,
  headers jsonb,
  content text,
  timed_out bool,
  error_msg text,
  created timestamptz not null default now()
);
create index on net._http_response (created);

create function net.wake() returns void
language sql as $$ select pg_catalog.pg_notify('local_supabase_pg_net', '') $$;

create function net._urlencode_string(string text) returns text
language sql immutable as $$
  select coalesce(string_agg(
    case when chr(byte) ~ '[A-Za-z0-9_.~-]' then chr(byte) else '%' || upper(lpad(to_hex(byte), 2, '0')) end,
    '' order by i
  ), '')
  from (
    select i, get_byte(convert_to(string, 'UTF8'), i) as byte
    from generate_series(0, octet_length(convert_to(string, 'UTF8')) - 1) i
  ) bytes
$$;

create function net._url_with_params(url text, params jsonb) returns text
language sql immutable as $$
  select url || coalesce('?' || string_agg(
    net._urlencode_string(key) || '=' || net._urlencode_string(value), '&'
  ), '')
  from jsonb_each_text(coalesce(params, '{}'))
$$;

create function net._enqueue(
  method text, url text, headers jsonb, body bytea, timeout_milliseconds int
) returns bigint
language plpgsql as $$
declare
  request_id bigint;
begin
  insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
  values (method, url, headers, body, timeout_milliseconds)
  returning id into request_id;
  perform net.wake();
  return request_id;
end
$$;

create function net.http_get(
  url text,
  params jsonb default '{}',
  headers jsonb default '{}',
  timeout_milliseconds int default 5000
) returns bigint
language sql as $$
  select net._enqueue('GET', net._url_with_params(url, params), headers, null, timeout_milliseconds)
$$;

create function net.http_post(
  url text,
  body jsonb default '{}',
  params jsonb default '{}',
  headers jsonb default '{"Content-Type": "application/json"}',
  timeout_milliseconds int default 5000
) returns bigint
language plpgsql as $$
declare
  content_types text[] := array(
    select value from jsonb_each_text(coalesce(headers, '{}')) where lower(key) = 'content-type'
  );
begin
  if cardinality(content_types) = 0 then
    headers := coalesce(headers, '{}') || '{"Content-Type": "application/json"}';
  elsif content_types <> array['application/json'] then
    raise exception 'Content-Type header must be "application/json"';
  end if;
  return net._enqueue(
    'POST', net._url_with_params(url, params), headers,
    convert_to(body::text, 'UTF8'), timeout_milliseconds
  );
end
$$;

create function net.http_delete(
  url text,
  params jsonb default '{}',
  headers jsonb default '{}',
  timeout_milliseconds int default 5000,
  body jsonb default null
) returns bigint
language sql as $$
  select net._enqueue(
    'DELETE', net._url_with_params(url, params), headers,
    convert_to(body::text, 'UTF8'), timeout_milliseconds
  )
$$;

-- As in pg_net: every role that can log in may do everything.
grant usage on schema net to public;
grant all on all tables in schema net to public;
grant all on all sequences in schema net to public;
