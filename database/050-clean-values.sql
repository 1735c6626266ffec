-- The one rule for text that goes to Stripe: control characters and line breaks become spaces,
-- white space is trimmed at both ends, and what is longer than max_units is cut without
-- splitting a character. Length counts UTF-16 code units, the strictest way to read Stripe's
-- "characters". Nothing left means null. Never fails.
create or replace function stripe_sync.clean_text(value text, max_units integer) returns text
language plpgsql immutable set search_path = '' as $$
declare
  cleaned text;
  surplus integer;
begin
  cleaned := btrim(regexp_replace(value, '[\u0001-\u001f\u007f-\u009f\u2028\u2029]+', ' ', 'g'));
  cleaned := left(cleaned, max_units);
  loop
    -- Characters beyond the basic plane take two units.
    surplus := length(cleaned) - max_units
      + length(regexp_replace(cleaned, '[\u0001-\uffff]', '', 'g'));
    exit when surplus is null or surplus <= 0;
    cleaned := left(cleaned, length(cleaned) - (surplus + 1) / 2);
  end loop;
  return nullif(btrim(cleaned), '');
end
$$;

-- An address that Stripe would refuse is left out rather than sent.
create or replace function stripe_sync.clean_email(value text) returns text
language sql immutable set search_path = '' as $$
  select case
    when length(btrim(value)) <= 512 and btrim(value) ~ '^[!-?A-~]+@[!-?A-~]+$' then btrim(value)
  end;
$$;

-- What the user typed at sign-up: any JSON, or in some servers a JSON string of JSON. Anything
-- but an object counts as empty.
create or replace function stripe_sync.user_metadata(raw jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
declare
  found jsonb := raw;
begin
  if jsonb_typeof(found) = 'string' then
    found := (found #>> '{}')::jsonb;
  end if;
  return case when jsonb_typeof(found) = 'object' then found else '{}'::jsonb end;
exception when others then
  return '{}'::jsonb;
end
$$;

-- Null for what is not a UUID, instead of an error.
create or replace function stripe_sync.as_uuid(value text) returns uuid
language sql immutable set search_path = '' as $$
  select case
    when value ~* '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' then value::uuid
  end;
$$;
