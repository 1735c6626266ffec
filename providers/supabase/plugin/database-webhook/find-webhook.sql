-- What there is of the webhook whose triggers stand on table $2 of schema $1 and call the
-- function $3 of the provider's own schema. One row; one statement, so that it can carry
-- parameters.
with target as (
  select to_regclass(format('%I.%I', $1::text, $2::text)) as relation
),
ring as (
  select p.oid, p.prosrc, p.prosecdef, p.proowner, p.proacl, coalesce(p.proconfig, '{}') as proconfig
  from pg_proc p
  where p.pronamespace = to_regnamespace('pulumi_supabase') and p.proname = $3::text
)
select
  (
    select jsonb_build_object(
      'body', ring.prosrc,
      'settings', to_jsonb(ring.proconfig),
      'isDefiner', ring.prosecdef,
      'grantees', (
        select coalesce(jsonb_agg(distinct case when a.grantee = 0 then 'public' else a.grantee::regrole::text end), '[]')
        from aclexplode(coalesce(ring.proacl, acldefault('f', ring.proowner))) a
        where a.grantee <> ring.proowner
      )
    )
    from ring
  ) as function,
  (
    select coalesce(jsonb_agg(jsonb_build_object(
      'name', t.tgname,
      'table', format('%I.%I', s.nspname, c.relname),
      'isOnTable', t.tgrelid = target.relation,
      'enabled', t.tgenabled,
      'type', t.tgtype,
      'hasCondition', t.tgqual is not null or t.tgattr <> '',
      'newTable', t.tgnewtable,
      'oldTable', t.tgoldtable,
      'arguments', encode(t.tgargs, 'hex'),
      'ringsThis', exists (select from ring where ring.oid = t.tgfoid),
      'isWebhook', n.nspname = 'pulumi_supabase'
        or (n.nspname = 'supabase_functions' and p.proname = 'http_request')
        or p.prosrc ~* '\m(net\s*\.\s*http_|supabase_functions\s*\.\s*http_request)'
    ) order by t.tgname), '[]')
    from target, pg_trigger t
      join pg_proc p on p.oid = t.tgfoid join pg_namespace n on n.oid = p.pronamespace
      join pg_class c on c.oid = t.tgrelid join pg_namespace s on s.oid = c.relnamespace
    where not t.tgisinternal
      and (t.tgrelid = target.relation or exists (select from ring where ring.oid = t.tgfoid))
  ) as triggers,
  exists (
    select from pg_proc p
    where p.pronamespace = to_regnamespace('net') and p.proname = 'http_post'
  ) as "netAvailable"
