export type { SupabaseProject } from "./project-handle.ts";
export { type SupabaseCloud, type SupabaseOptions, startSupabase } from "./start-supabase.ts";
