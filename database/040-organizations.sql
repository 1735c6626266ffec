-- The customer's id in the organization's row. Nothing is altered, and no lock is taken, where
-- it is there already.
do $$
begin
  if not exists (
    select from pg_catalog.pg_attribute
    where attrelid = 'public.organizations'::regclass
      and attname = 'stripe_customer_id' and not attisdropped
  ) then
    alter table public.organizations add column stripe_customer_id text;
  end if;
  if not exists (
    select from pg_catalog.pg_index i
    join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
    where i.indrelid = 'public.organizations'::regclass
      and i.indisunique and i.indnkeyatts = 1 and i.indpred is null
      and a.attname = 'stripe_customer_id'
  ) then
    alter table public.organizations
      add constraint organizations_stripe_customer_id_key unique (stripe_customer_id);
  end if;
end
$$;

-- Lets the pull find organizations without a customer in a table of any size.
create index if not exists stripe_sync_unlinked_organizations
  on public.organizations (id) where stripe_customer_id is null;
