import { readFileSync } from "node:fs";
import { join } from "node:path";
import { getAuthSchemaSql, SUPABASE_AUTH_HELPERS_SQL } from "@supabase/lite";
import type { Sql } from "postgres";

/** Roles that log in with the project's password. */
const LOGIN_ROLES = [
  "postgres",
  "authenticator",
  "supabase_auth_admin",
  "supabase_read_only_user",
] as const;

/**
 * Makes a fresh database into a project: roles, extensions, Supabase Auth's tables, then the
 * application's own SQL as the owner. All of it or, when something fails, nothing; nothing
 * happens to a project that was made before.
 */
export async function setUpProject(
  admin: Sql,
  { password, applicationSql }: { password: string; applicationSql: readonly string[] },
): Promise<void> {
  const [found] = await admin`select to_regrole('authenticator') is not null as done`;
  if (found?.done === true) return;
  await admin.begin(async (sql) => {
    await sql.unsafe(setupSql("010-roles.sql"));
    for (const role of LOGIN_ROLES) {
      await sql.unsafe(`alter role ${role} password '${password}'`);
    }
    await sql.unsafe(setupSql("020-extensions.sql"));
    await sql.unsafe("create schema auth authorization supabase_auth_admin");
    await sql.unsafe("set local role supabase_auth_admin");
    await sql.unsafe(`${getAuthSchemaSql()};${SUPABASE_AUTH_HELPERS_SQL}`);
    await sql.unsafe("reset role");
    await sql.unsafe(setupSql("040-auth-access.sql"));
    await sql.unsafe(setupSql("050-schema-reload.sql"));
    await sql.unsafe("set local role postgres; set local search_path = public, extensions");
    for (const script of applicationSql) await sql.unsafe(script);
  });
}

/** Installs pg_net and the stock webhook's trigger function, as the dashboard's button does. */
export async function enableWebhooks(admin: Sql): Promise<void> {
  await admin.begin((sql) => sql.unsafe(setupSql("webhooks.sql")));
}

function setupSql(name: string): string {
  return readFileSync(join(import.meta.dirname, name), "utf8");
}
