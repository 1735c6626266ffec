import {
  checkProperties,
  optional,
  type ProviderDefinition,
  secret,
  text,
  UserError,
  url,
} from "@stripe-customer-sync/provider-kit";
import { databaseWebhook } from "./database-webhook/resource.ts";
import { ManagementApi } from "./management-api.ts";
import { roleToken } from "./role-token/resource.ts";
import { sqlSchema } from "./sql-schema/resource.ts";
import { vaultSecret } from "./vault-secret/resource.ts";

const DEFAULT_ENDPOINT = "https://api.supabase.com";

const rules = {
  accessToken: optional(secret(text())),
  endpoint: optional(url()),
};

/**
 * The provider of package `supabase`.
 *
 * @param options.environment where the configuration falls back to: SUPABASE_ACCESS_TOKEN,
 *   SUPABASE_API_ENDPOINT
 * @param options.budgetMs how long a call is tried again; see {@link ManagementApi}
 */
export function supabaseProvider(
  options: {
    readonly environment?: Readonly<Record<string, string | undefined>>;
    readonly budgetMs?: number;
  } = {},
): ProviderDefinition<ManagementApi> {
  const { environment = process.env, budgetMs } = options;
  return {
    name: "supabase",
    version: "0.1.0",
    secretConfig: ["accessToken"],

    checkConfig(news) {
      return checkProperties(news, rules);
    },

    configure(config) {
      const endpoint = config.endpoint ?? environment.SUPABASE_API_ENDPOINT ?? DEFAULT_ENDPOINT;
      const accessToken = config.accessToken ?? environment.SUPABASE_ACCESS_TOKEN ?? "";
      if (accessToken === "") {
        throw new UserError(
          "No Supabase access token: pulumi config set --secret supabase:accessToken <token>, or " +
            "set SUPABASE_ACCESS_TOKEN. Make one at https://supabase.com/dashboard/account/tokens.",
        );
      }
      return new ManagementApi({
        endpoint: String(endpoint),
        accessToken: String(accessToken),
        budgetMs,
      });
    },

    resources: {
      "supabase:index:SqlSchema": sqlSchema,
      "supabase:index:VaultSecret": vaultSecret,
      "supabase:index:DatabaseWebhook": databaseWebhook,
      "supabase:index:RoleToken": roleToken,
    },
  };
}
