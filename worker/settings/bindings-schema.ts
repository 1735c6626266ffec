import * as v from "valibot";
import type { SettingsProblem } from "./settings-error.ts";

const number = (pattern: RegExp, range: string) =>
  v.optional(
    v.pipe(
      v.string("must be a text"),
      v.regex(pattern, `must be a number from ${range}`),
      v.transform(Number),
    ),
  );
const text = v.pipe(v.string("must be a text"), v.minLength(1, "is empty"));
const optionalText = v.optional(v.string("must be a text"));
const url = v.pipe(v.string("must be a text"), v.url("must be a URL"));

/** The bindings of a version, as `infra/` declares them; messages never quote a value. */
export const bindingsSchema = v.object({
  ENVIRONMENT: text,
  LIVEMODE: v.pipe(
    v.picklist(["true", "false"], 'must be "true" or "false"'),
    v.transform((value) => value === "true"),
  ),
  STRIPE_ACCOUNT: v.pipe(text, v.startsWith("acct_", "must begin with acct_")),
  SUPABASE_URL: url,
  SUPABASE_PUBLISHABLE_KEY: text,
  SUPABASE_KEY: text,
  STRIPE_API_KEY: text,
  STRIPE_API_BASE: v.optional(v.union([v.literal(""), url], "must be a URL")),
  WEBHOOK_TOKEN: text,
  WEBHOOK_TOKEN_PREVIOUS: optionalText,
  STRIPE_WEBHOOK_SECRET: text,
  STRIPE_WEBHOOK_SECRET_PREVIOUS: optionalText,
  OPERATOR_TOKEN: text,
  FINGERPRINT_KEY: text,
  ALERT_URL: v.optional(v.union([v.literal(""), url], "must be a URL")),
  ALERT_UNLINKED_SECONDS: number(/^[1-9]\d{0,6}$/, "1 to 9999999"),
  ALERT_DEAD_JOBS: number(/^[1-9]\d{0,3}$/, "1 to 9999"),
  ALERT_SILENT_SECONDS: number(/^[1-9]\d{0,6}$/, "1 to 9999999"),
  SUBREQUEST_LIMIT: number(/^[1-9]\d{1,5}$/, "10 to 999999"),
  VERSION: v.object(
    { id: v.string("must have an id"), tag: v.optional(v.string("must have a tag"), "") },
    "must be the version's metadata",
  ),
});

/** One problem for each binding that is wrong. */
export function problemsOf(issues: readonly v.BaseIssue<unknown>[]): SettingsProblem[] {
  return issues.map((issue) => ({
    binding: String(issue.path?.[0]?.key ?? "bindings"),
    problem: issue.input === undefined ? "is missing" : issue.message,
  }));
}
