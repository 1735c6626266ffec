import * as pulumi from "@pulumi/pulumi";

export interface ProviderArgs {
  /**
   * Access token of the Management API; default: the environment's SUPABASE_ACCESS_TOKEN. It
   * needs `database:write` on the projects in question (`database:read` is enough for a preview
   * and a refresh); for a RoleToken also the right to read and write the signing keys.
   */
  readonly accessToken?: pulumi.Input<string> | undefined;
  /**
   * Address of the Management API; default: the environment's SUPABASE_API_ENDPOINT, else
   * `https://api.supabase.com`.
   */
  readonly endpoint?: pulumi.Input<string> | undefined;
}

/**
 * An explicitly configured provider, for a program that uses more than one Supabase account.
 * Without one, `supabase:accessToken` and `supabase:endpoint` of the stack's configuration count.
 *
 * @example
 * const production = new supabase.Provider("production", { accessToken: config.requireSecret("token") });
 * new supabase.VaultSecret("token", { … }, { provider: production });
 */
export class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: ProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    const { accessToken, endpoint } = args;
    const secretToken = accessToken === undefined ? undefined : pulumi.secret(accessToken);
    super("supabase", name, { accessToken: secretToken, endpoint }, opts);
  }
}
