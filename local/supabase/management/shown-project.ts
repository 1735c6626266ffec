import type { SupabaseProjectServer } from "../project/supabase-project.ts";

/** A project as the API shows it. */
export function shownProject({ tenant: { ref } }: SupabaseProjectServer) {
  return {
    id: ref,
    ref,
    organization_id: "local",
    organization_slug: "local",
    name: ref,
    region: "local",
    created_at: "2025-01-01T00:00:00Z",
    status: "ACTIVE_HEALTHY",
    database: {
      host: "127.0.0.1",
      version: "18.4",
      postgres_engine: "18",
      release_channel: "ga",
    },
  };
}
