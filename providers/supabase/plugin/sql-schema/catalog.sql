-- Everything in the database that belongs to the schema $1: what stands in it, and what stands
-- elsewhere under a name that begins with `<schema>_`; one row an object.
--
--   label    how the object is named to people, unique
--   digest   12 hexadecimal characters that change with its definition, its owner or its state
--   state    a word about it that matters more than "changed"
--   replace  SQL to run before the scripts when it was changed, so that they make it anew
--   remove   SQL that removes it when it was added; null where that could lose data
--
-- Rows of tables are not looked at. Owners' own privileges are left out: they grow with the
-- server's version. One statement, so that it can carry a parameter.
with scope as materialized (
  -- Definitions are printed with the schemas of all names: the search path decides on that. The
  -- object ids below pass through `plain`, so nothing is printed before the path is set.
  select $1::text as name, $1::text || '_' as prefix,
    set_config('search_path', '', true) is not null as plain
),
roles as (
  select r.oid, r.rolname from scope, pg_roles r
  where r.rolname = scope.name or starts_with(r.rolname, scope.prefix)
),
namespaces as (
  select n.oid, n.nspname, n.nspowner, n.nspacl from scope, pg_namespace n
  where n.nspname = scope.name
),
relations as materialized (
  select case when scope.plain then c.oid end as oid, c.relkind, c.relowner, c.relpersistence,
    c.reloptions, c.relreplident, c.relrowsecurity, c.relforcerowsecurity,
    format('%I.%I', n.nspname, c.relname) as path,
    case c.relkind when 'f' then 'foreign table' when 'v' then 'view' when 'S' then 'sequence'
      when 'm' then 'materialized view' else 'table' end as kind
  from scope, pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'f', 'v', 'm', 'S')
    and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast', 'pulumi_supabase')
    and c.relpersistence <> 't'
    and (n.nspname = scope.name or starts_with(c.relname, scope.prefix))
),
every_table as (
  select case when scope.plain then c.oid end as oid, c.relkind, c.relowner,
    c.relname, format('%I.%I', n.nspname, c.relname) as path,
    exists (select from relations where relations.oid = c.oid) as mine
  from scope, pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'f', 'v', 'm')
    and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
    and c.relpersistence <> 't'
),
functions as materialized (
  select case when scope.plain then p.oid end as oid, p.proname, p.prokind, p.proowner, p.proacl,
    p.pronamespace,
    format('%I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)) as path,
    case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end as kind
  from scope, pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where n.nspname not in ('pg_catalog', 'information_schema', 'pulumi_supabase')
    and (n.nspname = scope.name or starts_with(p.proname, scope.prefix))
),
objects as (
  select format('schema %I', n.nspname) as label, n.nspowner::regrole::text as definition,
    null as state, null as replace, null as remove
  from namespaces n

  union all
  select format('%s %s', c.kind, c.path),
    jsonb_build_array(c.relowner::regrole, c.relpersistence, c.reloptions, c.relreplident,
      case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end,
      (select to_jsonb(s) - 'seqrelid' - 'seqtypid' from pg_sequence s where s.seqrelid = c.oid)
    )::text,
    null,
    case when c.relkind in ('v', 'm') then format('drop %s if exists %s', c.kind, c.path) end,
    case
      when c.relkind in ('v', 'm', 'f') then format('drop %s if exists %s', c.kind, c.path)
      when c.relkind = 'r' then format(
        'do $remove$ begin if not exists (select from %s) then drop table %s; end if; end $remove$',
        c.path, c.path)
    end
  from relations c

  union all
  select format('row level security of %s', c.path), c.relforcerowsecurity::text, null, null,
    format('alter table %s disable row level security', c.path)
  from relations c where c.relrowsecurity

  union all
  select format('column %s.%I', c.path, a.attname),
    jsonb_build_array(format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
      a.attgenerated, a.attcollation::regcollation, pg_get_expr(d.adbin, d.adrelid))::text,
    null, null, null
  from scope, every_table c join pg_attribute a on a.attrelid = c.oid
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where c.relkind in ('r', 'p', 'f') and a.attnum > 0 and not a.attisdropped
    and (c.mine or starts_with(a.attname, scope.prefix))

  union all
  select format('constraint %I on %s', k.conname, c.path),
    jsonb_build_array(pg_get_constraintdef(k.oid), k.convalidated)::text, null,
    format('alter table %s drop constraint if exists %I', c.path, k.conname),
    format('alter table %s drop constraint if exists %I', c.path, k.conname)
  from scope, every_table c join pg_constraint k on k.conrelid = c.oid
  where k.contype in ('c', 'f', 'p', 'u', 'x') and (c.mine or starts_with(k.conname, scope.prefix))

  union all
  select format('index %s on %s', i.indexrelid::regclass, c.path),
    jsonb_build_array(pg_get_indexdef(i.indexrelid), i.indisvalid)::text, null,
    format('drop index if exists %s', i.indexrelid::regclass),
    format('drop index if exists %s', i.indexrelid::regclass)
  from scope, every_table c join pg_index i on i.indrelid = c.oid
    join pg_class x on x.oid = i.indexrelid
  where (c.mine or starts_with(x.relname, scope.prefix))
    and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))

  union all
  select format('trigger %I on %s', t.tgname, c.path),
    jsonb_build_array(pg_get_triggerdef(t.oid), t.tgenabled)::text,
    case when t.tgenabled = 'D' then 'is disabled' end,
    format('drop trigger if exists %I on %s', t.tgname, c.path),
    format('drop trigger if exists %I on %s', t.tgname, c.path)
  from scope, every_table c join pg_trigger t on t.tgrelid = c.oid
    join pg_proc p on p.oid = t.tgfoid join pg_namespace n on n.oid = p.pronamespace
  where not t.tgisinternal and n.nspname <> 'pulumi_supabase'
    and (c.mine or starts_with(t.tgname, scope.prefix)
      or exists (select from functions f where f.oid = t.tgfoid))

  union all
  select format('event trigger %I', e.evtname),
    jsonb_build_array(e.evtevent, e.evttags, e.evtfoid::regprocedure, e.evtowner::regrole,
      e.evtenabled)::text,
    case when e.evtenabled = 'D' then 'is disabled' end,
    format('drop event trigger if exists %I', e.evtname),
    format('drop event trigger if exists %I', e.evtname)
  from scope, pg_event_trigger e where scope.plain and starts_with(e.evtname, scope.prefix)

  union all
  select format('policy %I on %s', p.polname, c.path),
    jsonb_build_array(p.polcmd, p.polpermissive,
      (select jsonb_agg(role::regrole::text order by role::regrole::text) from unnest(p.polroles) role),
      pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))::text,
    null,
    format('drop policy if exists %I on %s', p.polname, c.path),
    format('drop policy if exists %I on %s', p.polname, c.path)
  from scope, every_table c join pg_policy p on p.polrelid = c.oid
  where c.mine or starts_with(p.polname, scope.prefix)

  union all
  select format('rule %I on %s', r.rulename, c.path), jsonb_build_array(pg_get_ruledef(r.oid), r.ev_enabled)::text, null,
    format('drop rule if exists %I on %s', r.rulename, c.path),
    format('drop rule if exists %I on %s', r.rulename, c.path)
  from scope, every_table c join pg_rewrite r on r.ev_class = c.oid
  where r.rulename <> '_RETURN' and (c.mine or starts_with(r.rulename, scope.prefix))

  union all
  select format('%s %s', f.kind, f.path),
    jsonb_build_array(f.proowner::regrole,
      case when f.prokind = 'a' then f.path else pg_get_functiondef(f.oid) end)::text,
    null,
    format('drop %s if exists %s', f.kind, f.path),
    format('drop %s if exists %s', f.kind, f.path)
  from functions f

  union all
  select format('type %I.%I', n.nspname, t.typname),
    jsonb_build_array(t.typowner::regrole, t.typtype, t.typnotnull, t.typdefault,
      case when t.typbasetype <> 0 then format_type(t.typbasetype, t.typtypmod) end,
      (select jsonb_agg(e.enumlabel order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid),
      (select jsonb_agg(pg_get_constraintdef(k.oid) order by k.conname) from pg_constraint k where k.contypid = t.oid),
      (select jsonb_agg(jsonb_build_array(a.attname, format_type(a.atttypid, a.atttypmod)) order by a.attnum)
        from pg_attribute a where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped)
    )::text,
    null, null, format('drop type if exists %I.%I', n.nspname, t.typname)
  from scope, pg_type t join pg_namespace n on n.oid = t.typnamespace
    left join pg_class c on c.oid = t.typrelid
  where scope.plain and (t.typtype in ('e', 'd') or c.relkind = 'c')
    and n.nspname not in ('pg_catalog', 'information_schema')
    and (n.nspname = scope.name or starts_with(t.typname, scope.prefix))

  union all
  select format('role %I', r.rolname),
    (to_jsonb(r) - 'oid' - 'rolname' - 'rolpassword')::text,
    case when r.rolsuper then 'is a superuser' when r.rolcanlogin then 'can log in' end, null, null
  from pg_roles r join roles on roles.oid = r.oid

  union all
  select format('membership of %s in %s', m.member::regrole, m.roleid::regrole),
    string_agg((to_jsonb(m) - 'oid' - 'roleid' - 'member' - 'grantor')::text, ',' order by m.grantor::regrole::text),
    null,
    format('revoke %s from %s', m.roleid::regrole, m.member::regrole),
    format('revoke %s from %s', m.roleid::regrole, m.member::regrole)
  from pg_auth_members m
  where m.roleid in (select oid from roles) or m.member in (select oid from roles)
  group by m.roleid, m.member

  union all
  select format('grant %s to %s', g.what, g.grantee), g.is_grantable::text, null,
    format('revoke %s from %s', g.what, g.grantee), format('revoke %s from %s', g.what, g.grantee)
  from (
    select x.is_grantable,
      case when x.grantee = 0 then 'public' else x.grantee::regrole::text end as grantee,
      case when h.part is null then format('%s on %s', x.privilege_type, h.path)
        else format('%s (%I) on %s', x.privilege_type, h.part, h.path) end as what
    from (
      select 'schema ' || quote_ident(n.nspname) as path, null::name as part, n.nspowner as owner,
        n.nspname = scope.name as mine, coalesce(n.nspacl, acldefault('n', n.nspowner)) as acl
      from scope, pg_namespace n
      union all
      select case when c.relkind = 'S' then 'sequence ' else 'table ' end || format('%I.%I', n.nspname, c.relname),
        null, c.relowner, exists (select from relations r where r.oid = c.oid), c.relacl
      from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relacl is not null
      union all
      select 'table ' || format('%I.%I', n.nspname, c.relname), a.attname, c.relowner,
        exists (select from relations r where r.oid = c.oid), a.attacl
      from pg_attribute a join pg_class c on c.oid = a.attrelid
        join pg_namespace n on n.oid = c.relnamespace
      where a.attacl is not null
      union all
      select case when p.prokind = 'p' then 'procedure ' else 'function ' end
          || format('%I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)),
        null, p.proowner, exists (select from functions f where f.oid = p.oid),
        coalesce(p.proacl, acldefault('f', p.proowner))
      from scope, pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where scope.plain and (p.proacl is not null or exists (select from functions f where f.oid = p.oid))
    ) h cross join lateral aclexplode(h.acl) x
    where x.grantee <> h.owner and (h.mine or x.grantee in (select oid from roles))
  ) g
)
select label, state, replace, remove,
  left(encode(sha256(convert_to(definition, 'UTF8')), 'hex'), 12) as digest
from objects
order by label collate "C"
