/**
 * What Cloudflare hands to the Worker, before anything is checked: each binding may be missing or
 * wrong, because somebody may have changed it by hand.
 */
export type Bindings = Readonly<Record<string, unknown>>;

/** The bindings that are no secrets. Every other text binding gets a fingerprint in `GET /live`. */
export const PLAIN_BINDINGS: ReadonlySet<string> = new Set([
  "ALERT_DEAD_JOBS",
  "ALERT_SILENT_SECONDS",
  "ALERT_UNLINKED_SECONDS",
  "ENVIRONMENT",
  "LIVEMODE",
  "STRIPE_ACCOUNT",
  "STRIPE_API_BASE",
  "SUBREQUEST_LIMIT",
  "SUPABASE_PUBLISHABLE_KEY",
  "SUPABASE_URL",
]);
