-- A sign-up makes an organization. What the person typed stands in raw_user_meta_data: any JSON,
-- and in some servers a JSON string of JSON. An error here would refuse the sign-up, so nothing
-- that can be typed may be one.
create or replace function public.handle_new_user() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  typed jsonb := new.raw_user_meta_data;
begin
  if jsonb_typeof(typed) = 'string' then
    begin
      typed := (typed #>> '{}')::jsonb;
    exception when others then
      typed := null;
    end;
  end if;
  insert into public.organizations (name, industry, region, owner_id)
  values (typed ->> 'organization', typed ->> 'industry', typed ->> 'region', new.id);
  return new;
end
$$;

create or replace trigger on_auth_user_created
  after insert on auth.users
  for each row execute function public.handle_new_user();
