/** Bindings of a test environment; every credential is a fake that opens nothing. */
export const testBindings = {
  ENVIRONMENT: "local",
  LIVEMODE: "false",
  STRIPE_ACCOUNT: "acct_1FakeLocalSandbox",
  SUPABASE_URL: "http://127.0.0.1:9",
  SUPABASE_PUBLISHABLE_KEY: "sb_publishable_fake",
  SUPABASE_KEY: "fake.database.jwt",
  STRIPE_API_KEY: "rk_test_fake_local_sandbox",
  STRIPE_API_BASE: "http://127.0.0.1:9",
  WEBHOOK_TOKEN: "fake-webhook-token-0123456789abcdef",
  STRIPE_WEBHOOK_SECRET: "whsec_fake_signing_secret",
  OPERATOR_TOKEN: "fake-operator-token",
  FINGERPRINT_KEY: "fake-fingerprint-key",
  SUBREQUEST_LIMIT: "10000",
  VERSION: { id: "5f0f4d0e-0000-4000-8000-000000000001", tag: "digest-1", timestamp: "" },
} as const;
