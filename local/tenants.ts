/**
 * Credentials and ids of one customer of the local cloud: a Cloudflare account, a Supabase
 * project and a Stripe account that belong together. All values are fakes that open nothing
 * outside of the local cloud.
 */
export interface Tenant {
  readonly name: string;
  readonly cloudflare: CloudflareTenant;
  readonly supabase: SupabaseTenant;
  readonly stripe: StripeTenant;
}

export interface CloudflareTenant {
  /** 32 hexadecimal characters. */
  readonly accountId: string;
  readonly accountName: string;
  /** Accepted by the official provider, which wants 40 to 80 characters of [0-9A-Za-z_-]. */
  readonly apiToken: string;
  /** `<worker>.<workersDevSubdomain>.workers.dev` is the host of a Worker without a domain. */
  readonly workersDevSubdomain: string;
  readonly zoneId: string;
  readonly zoneName: string;
}

export interface SupabaseTenant {
  /** The project's reference: 20 lowercase letters. */
  readonly ref: string;
  /** Management API token. */
  readonly accessToken: string;
  /** Signs the project's keys (HS256); at least 32 characters. */
  readonly jwtSecret: string;
}

export interface StripeTenant {
  readonly accountId: string;
  readonly secretKey: string;
  /** Restricted to customers (write): the key that a Worker should get. */
  readonly restrictedKey: string;
  readonly livemode: boolean;
}

/** Serves the stacks `local` and `staging`: Stripe in test mode. */
export const sandboxTenant: Tenant = {
  name: "sandbox",
  cloudflare: {
    accountId: "0000000000000000000000000000005a",
    accountName: "Local sandbox",
    apiToken: "fake_local_sandbox_cloudflare_token_opens_nothing",
    workersDevSubdomain: "local-sandbox",
    zoneId: "0000000000000000000000000000025a",
    zoneName: "sandbox.example.com",
  },
  supabase: {
    ref: "localsandboxprojectx",
    accessToken: "sbp_fake_local_sandbox_access_token",
    jwtSecret: "fake-local-sandbox-jwt-secret-opens-nothing",
  },
  stripe: {
    accountId: "acct_1FakeLocalSandbox",
    secretKey: "sk_test_fake_local_sandbox",
    restrictedKey: "rk_test_fake_local_sandbox",
    livemode: false,
  },
};

/** Serves the stack `production` in tests: Stripe in live mode. */
export const liveTenant: Tenant = {
  name: "live",
  cloudflare: {
    accountId: "0000000000000000000000000000001e",
    accountName: "Local live",
    apiToken: "fake_local_live_cloudflare_token_opens_nothing",
    workersDevSubdomain: "local-live",
    zoneId: "0000000000000000000000000000021e",
    zoneName: "live.example.com",
  },
  supabase: {
    ref: "localliveprojectxxxx",
    accessToken: "sbp_fake_local_live_access_token",
    jwtSecret: "fake-local-live-jwt-secret-opens-nothing",
  },
  stripe: {
    accountId: "acct_1FakeLocalLive",
    secretKey: "sk_live_fake_local_live",
    restrictedKey: "rk_live_fake_local_live",
    livemode: true,
  },
};

/** Every tenant that the local cloud serves. */
export const tenants: readonly Tenant[] = [sandboxTenant, liveTenant];
