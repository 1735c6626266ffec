import { UserError } from "@stripe-customer-sync/provider-kit";
import * as v from "valibot";
import type { SettingValues } from "../../stacks/setting-values.ts";
import { cloudflareApi, supabaseApi } from "../doctor/apis.ts";
import { askVendor, bearer } from "../doctor/ask.ts";
import { accountOf } from "../doctor/checks/stripe-account.ts";
import type { SettingKey } from "./questions.ts";

type Suggest = (values: Partial<SettingValues>, stack: string) => Promise<string | undefined>;

/** What the answers so far already tell, so that nobody needs to look it up. */
const suggestions: Readonly<Partial<Record<SettingKey, Suggest>>> = {
  environment: async (_, stack) => (["staging", "production"].includes(stack) ? stack : undefined),
  workersDevSubdomain,
  supabasePublishableKey,
  stripeAccount: async (values) => {
    const key = values["stripe:apiKey"];
    return key === undefined ? undefined : accountOf(key, values);
  },
};

/** A good answer, or undefined; an API that does not answer is told by the check that follows. */
export async function suggest(
  key: SettingKey,
  values: Partial<SettingValues>,
  stack: string,
): Promise<string | undefined> {
  try {
    return await suggestions[key]?.(values, stack);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

const subdomainAnswer = v.object({ result: v.object({ subdomain: v.string() }) });

async function workersDevSubdomain(values: Partial<SettingValues>): Promise<string | undefined> {
  if (values.domain !== undefined || values.route !== undefined) return undefined;
  const { body } = await askVendor({
    whom: "Cloudflare's API",
    url: `${cloudflareApi(values)}/accounts/${values.cloudflareAccountId}/workers/subdomain`,
    headers: bearer(values["cloudflare:apiToken"] ?? ""),
  });
  const { success, output } = v.safeParse(subdomainAnswer, body);
  return success ? output.result.subdomain : undefined;
}

const keysAnswer = v.array(
  v.object({ type: v.nullish(v.string()), api_key: v.nullish(v.string()) }),
);

async function supabasePublishableKey(values: Partial<SettingValues>): Promise<string | undefined> {
  const { body } = await askVendor({
    whom: "the Supabase Management API",
    // Without reveal: a publishable key is shown whole, and no secret one comes here.
    url: `${supabaseApi(values)}/v1/projects/${values.supabaseProjectRef}/api-keys`,
    headers: bearer(values["supabase:accessToken"] ?? ""),
  });
  const { success, output } = v.safeParse(keysAnswer, body);
  const key = success ? output.find(({ type }) => type === "publishable")?.api_key : undefined;
  return key ?? undefined;
}
