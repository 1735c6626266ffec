-- The application that this project serves: one organization for each person who signs up.
create table if not exists public.organizations (
  id uuid primary key default gen_random_uuid(),
  name text,
  industry text,
  region text,
  owner_id uuid references auth.users (id) on delete set null,
  created_at timestamptz not null default now()
);
create index if not exists organizations_owner on public.organizations (owner_id);

alter table public.organizations enable row level security;
do $$
begin
  if not exists (
    select from pg_policies
    where schemaname = 'public' and tablename = 'organizations' and policyname = 'owners read'
  ) then
    create policy "owners read" on public.organizations for select to authenticated
      using (owner_id = auth.uid());
  end if;
end
$$;
grant select on public.organizations to authenticated;
