import type { Step } from "../in-one-transaction.ts";
import { dollarQuoted, literal } from "../sql-text.ts";

/**
 * A step that takes, before anything else, the locks that the scripts will want: on the tables
 * that carry the schema's triggers, then on its own. A script that came to them one by one could
 * wait for a statement which waits for the script; the server would resolve that by failing the
 * statement, a sign-up for instance.
 */
export function lockTables(schema: string): Step {
  const name = literal(schema);
  const prefix = literal(`${schema}_`);
  const block = `
declare
  relation text;
begin
  for relation in
    select format('%I.%I', n.nspname, c.relname)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and (
      n.nspname = ${name}
      or exists (
        select from pg_trigger t
          join pg_proc p on p.oid = t.tgfoid join pg_namespace f on f.oid = p.pronamespace
        where t.tgrelid = c.oid and not t.tgisinternal
          and (starts_with(t.tgname, ${prefix}) or starts_with(p.proname, ${prefix}) or f.nspname = ${name})
      )
    )
    order by n.nspname = ${name}, n.nspname, c.relname
  loop
    begin
      execute format('lock table %s in access exclusive mode', relation);
    exception
      -- A trigger may stand on a table of somebody else, as auth.users is.
      when insufficient_privilege then null;
    end;
  end loop;
end`;
  return { name: "locks", sql: `do ${dollarQuoted(block)}` };
}
