import type { SupabaseProjectServer } from "../project/supabase-project.ts";

const SERVICES = ["auth", "db", "db_postgres_user", "pooler", "realtime", "rest", "storage"];

/** `GET …/health?services=`: all of them stand and fall with the database here. */
export async function projectHealth(
  { admin }: SupabaseProjectServer,
  asked: readonly string[],
): Promise<readonly { name: string; healthy: boolean; status: string }[]> {
  const names = asked.flatMap((each) => each.split(",")).filter((name) => SERVICES.includes(name));
  const healthy = await admin`select 1`.then(
    () => true,
    () => false,
  );
  const status = healthy ? "ACTIVE_HEALTHY" : "UNHEALTHY";
  return names.map((name) => ({ name, healthy, status }));
}
