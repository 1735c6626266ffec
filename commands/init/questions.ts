import type { SettingValues } from "../../stacks/setting-values.ts";
import type { Check } from "../doctor/check.ts";
import { cloudflareToken } from "../doctor/checks/cloudflare-token.ts";
import { cloudflareZone } from "../doctor/checks/cloudflare-zone.ts";
import { stripeKey } from "../doctor/checks/stripe-key.ts";
import { stripeWorkerKey } from "../doctor/checks/stripe-worker-key.ts";
import { supabaseProject } from "../doctor/checks/supabase-project.ts";

export type SettingKey = keyof SettingValues;

/** Questions that belong together, and the checks that their answers must pass. */
export interface QuestionGroup {
  readonly title: string;
  readonly questions: readonly SettingKey[];
  readonly checks: readonly Check[];
}

/** What is asked, in this order. Everything else has a good value of its own, or is generated. */
export const questionGroups: readonly QuestionGroup[] = [
  { title: "Environment", questions: ["environment"], checks: [] },
  {
    title: "Cloudflare",
    questions: ["cloudflareAccountId", "cloudflare:apiToken"],
    checks: [cloudflareToken],
  },
  {
    title: "Where the Worker answers",
    questions: ["domain", "cloudflareZoneId", "workersDevSubdomain"],
    checks: [cloudflareZone],
  },
  {
    title: "Supabase",
    questions: ["supabaseProjectRef", "supabase:accessToken"],
    checks: [supabaseProject],
  },
  { title: "Supabase, publishable key", questions: ["supabasePublishableKey"], checks: [] },
  { title: "Stripe", questions: ["stripe:apiKey", "stripeAccount"], checks: [stripeKey] },
  { title: "Stripe, Worker", questions: ["stripeWorkerKey"], checks: [stripeWorkerKey] },
  { title: "Alerts", questions: ["alertUrl"], checks: [] },
];

/** Whether the question makes sense after the answers before it. */
export function isAsked(key: SettingKey, values: Partial<SettingValues>): boolean {
  const hasHost = values.domain !== undefined || values.route !== undefined;
  if (key === "cloudflareZoneId") return hasHost;
  if (key === "workersDevSubdomain") return !hasHost;
  return true;
}
