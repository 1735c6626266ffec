declare
  -- The pull by cron finds what a large statement does not ring for.
  rows_looked_at constant int := 200;
  rows_rung_for constant int := 20;
  ignored constant text[] := tg_argv[3:];
  ids jsonb[];
  token text;
  row_id jsonb;
begin
  if tg_op = 'INSERT' then
    ids := array(select to_jsonb(n.id) from new_rows n limit rows_rung_for);
  elsif tg_op = 'UPDATE' then
    -- Both transition tables hold the rows in the order in which they were updated.
    ids := array(
      select to_jsonb(n.id)
      from (select * from new_rows limit rows_looked_at) n
        left join (select * from old_rows limit rows_looked_at) o on o.id = n.id
      where (to_jsonb(n) - ignored) is distinct from (to_jsonb(o) - ignored)
      limit rows_rung_for
    );
  else
    ids := array(select to_jsonb(o.id) from old_rows o limit rows_rung_for);
  end if;
  if cardinality(ids) = 0 then
    return null;
  end if;

  select s.decrypted_secret into token from vault.decrypted_secrets s where s.name = tg_argv[1];
  if token is null then
    return null;
  end if;

  foreach row_id in array ids loop
    perform net.http_post(
      url := tg_argv[0],
      body := jsonb_build_object(
        'type', tg_op,
        'table', tg_table_name,
        'schema', tg_table_schema,
        'record', case when tg_op <> 'DELETE' then jsonb_build_object('id', row_id) end,
        'old_record', case when tg_op = 'DELETE' then jsonb_build_object('id', row_id) end
      ),
      headers := jsonb_build_object(
        'Content-Type', 'application/json',
        'Authorization', 'Bearer ' || token
      ),
      timeout_milliseconds := tg_argv[2]::int
    );
  end loop;
  return null;
exception
  -- A doorbell that is broken must not break the statement that wanted to ring it.
  when others then
    raise log 'database webhook % on %.% did not ring: SQLSTATE %',
      tg_name, tg_table_schema, tg_table_name, sqlstate;
    return null;
end
