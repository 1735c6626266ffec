import type { SettingValues } from "../../stacks/setting-values.ts";

/** Base addresses of the vendors' APIs, without a slash at the end: the real ones or the stack's. */
export function cloudflareApi(values: Partial<SettingValues>): string {
  return values["cloudflare:baseUrl"] ?? "https://api.cloudflare.com/client/v4";
}

export function supabaseApi(values: Partial<SettingValues>): string {
  return values["supabase:endpoint"] ?? "https://api.supabase.com";
}

export function stripeApi(values: Partial<SettingValues>): string {
  return values["stripe:apiBase"] ?? "https://api.stripe.com";
}
