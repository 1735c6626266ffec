-- What Stripe is told of an organization. With other tables or columns, the view and the two
-- functions about columns are the only things to change.
--
-- Columns are read through to_jsonb: one that is missing gives null instead of failing, and the
-- application may change its tables without meeting a view that stands in the way.

-- The owner's row of auth.users. A function rather than a join, because Auth's own migrations
-- must not meet a view on its table either. No row where there is no such table.
create or replace function stripe_sync.owner_of(organization jsonb)
returns table (email text, metadata jsonb)
language plpgsql stable set search_path = '' as $$
begin
  if to_regclass('auth.users') is null then return; end if;
  return query
    select person.columns ->> 'email', stripe_sync.user_metadata(person.columns -> 'raw_user_meta_data')
    from (
      select to_jsonb(u) as columns from auth.users u
      where u.id = stripe_sync.as_uuid(organization ->> 'owner_id')
    ) person;
end
$$;

create or replace view stripe_sync.customer_profiles with (security_invoker = true) as
select
  organization.id as organization_id,
  organization.stripe_customer_id,
  coalesce(
    stripe_sync.clean_text(person.metadata ->> 'name', 256),
    stripe_sync.clean_text(organization.columns ->> 'name', 256)
  ) as name,
  stripe_sync.clean_email(person.email) as email,
  -- A key without a value is null here: left out of a create, removed by an update.
  jsonb_build_object(
    'organization_id', organization.id,
    'organization', stripe_sync.clean_text(organization.columns ->> 'name', 500),
    'industry', coalesce(
      stripe_sync.clean_text(organization.columns ->> 'industry', 500),
      stripe_sync.clean_text(person.metadata ->> 'industry', 500)
    ),
    'region', coalesce(
      stripe_sync.clean_text(organization.columns ->> 'region', 500),
      stripe_sync.clean_text(person.metadata ->> 'region', 500)
    ),
    'user_id', stripe_sync.clean_text(organization.columns ->> 'owner_id', 500),
    'environment', settings.environment
  ) as metadata
from (
  select id, stripe_customer_id, to_jsonb(o) as columns from public.organizations o
) organization
cross join stripe_sync.settings
left join lateral stripe_sync.owner_of(organization.columns) person on true;

-- The part of an organization's row that the view reads: a change elsewhere is not a change.
create or replace function stripe_sync.organization_part(organization jsonb) returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object(
    'name', organization -> 'name',
    'industry', organization -> 'industry',
    'region', organization -> 'region',
    'owner_id', organization -> 'owner_id'
  );
$$;

-- The same for a row of auth.users, which also changes at each signing in.
create or replace function stripe_sync.owner_part(email text, raw_user_meta_data jsonb)
returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object(
    'email', email,
    'name', metadata -> 'name',
    'industry', metadata -> 'industry',
    'region', metadata -> 'region'
  )
  from stripe_sync.user_metadata(raw_user_meta_data) metadata;
$$;

-- The body of the request to Stripe. A create leaves out what is null. An update sends an empty
-- string for a metadata key, by which Stripe removes it; name and e-mail address stay, because a
-- customer to bill needs its last known address even when the person has left.
create or replace function stripe_sync.customer_request(organization uuid, is_update boolean)
returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'name', name,
    'email', email,
    'metadata', case
      when is_update then (
        select jsonb_object_agg(key, coalesce(value, '')) from jsonb_each_text(metadata)
      )
      else jsonb_strip_nulls(metadata)
    end
  )
  from stripe_sync.customer_profiles
  where organization_id = organization;
$$;
