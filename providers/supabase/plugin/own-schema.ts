/**
 * The schema of this provider's own functions: what a webhook's triggers call and what tells a
 * secret's fingerprint. Apart from `public`, which is open to the project's REST interface, and
 * apart from the user's schemas, whose objects SqlSchema counts. Nobody but the owner may use it,
 * save the role of read-only access tokens for the fingerprints.
 */
export const OWN_SCHEMA = "pulumi_supabase";

/** SQL that makes the schema; two resources may run it at once. */
export const createOwnSchema = `
select pg_advisory_xact_lock(hashtextextended('${OWN_SCHEMA}', 0));
create schema if not exists ${OWN_SCHEMA};
comment on schema ${OWN_SCHEMA} is 'Functions of the Pulumi provider for Supabase';
revoke all on schema ${OWN_SCHEMA} from public;`;

/** SQL that removes the schema when nothing is left in it. */
export const dropOwnSchemaIfEmpty = `
select pg_advisory_xact_lock(hashtextextended('${OWN_SCHEMA}', 0));
do $drop$
begin
  if not exists (
    select from pg_depend d
    where d.refclassid = 'pg_namespace'::regclass and d.refobjid = to_regnamespace('${OWN_SCHEMA}')
  ) then
    drop schema if exists ${OWN_SCHEMA};
  end if;
end
$drop$;`;
