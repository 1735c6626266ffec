import { createHash } from "node:crypto";
import { OWN_SCHEMA } from "../own-schema.ts";
import { dollarQuoted, literal, qualified } from "../sql-text.ts";
import { fingerprintSql } from "./fingerprint-sql.ts";

/**
 * SQL for the function that tells the fingerprint of one secret. Only the owner can decrypt what
 * is in Vault; through this function a read-only access token learns whether the value is still
 * the declared one, and nothing else.
 */
export function fingerprintFunction(secretName: string): string {
  const name = fingerprintFunctionName(secretName);
  return `
create or replace function ${name}(key text) returns text
language sql stable security definer set search_path = ''
as ${dollarQuoted(fingerprintSql(literal(secretName), "key"))};
comment on function ${name}(text) is ${literal(`Fingerprint of the Vault secret ${secretName}`)};
revoke all on function ${name}(text) from public;
do $grant$
begin
  if to_regrole('supabase_read_only_user') is not null then
    grant usage on schema ${OWN_SCHEMA} to supabase_read_only_user;
    grant execute on function ${name}(text) to supabase_read_only_user;
  end if;
end
$grant$;`;
}

/** The function's name as SQL: any secret's name fits into it. */
export function fingerprintFunctionName(secretName: string): string {
  const digest = createHash("sha256").update(secretName).digest("hex").slice(0, 16);
  return qualified(OWN_SCHEMA, `fingerprint_${digest}`);
}
