import * as pulumi from "@pulumi/pulumi";

/** Access to the Cloudflare account whose Workers are looked at. */
export type ProviderArgs = {
  /**
   * API token with the permission "Workers Scripts: Read" of the account. Default: the environment
   * variable CLOUDFLARE_API_TOKEN.
   */
  readonly apiToken?: pulumi.Input<string>;
  /**
   * Base URL of the API. Default: the environment variable CLOUDFLARE_BASE_URL, else
   * `https://api.cloudflare.com/client/v4`.
   */
  readonly baseUrl?: pulumi.Input<string>;
};

/** An explicit provider, for programs that do not take the stack's `live-worker:` settings. */
export class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: ProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    const apiToken = args.apiToken === undefined ? undefined : pulumi.secret(args.apiToken);
    super("live-worker", name, { apiToken, baseUrl: args.baseUrl }, opts);
  }
}
