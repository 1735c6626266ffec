/** A staging stack's whole configuration; every key and token is a fake. */
export const validConfiguration: Readonly<Record<string, string>> = {
  "stripe-customer-sync:environment": "staging",
  "stripe-customer-sync:cloudflareAccountId": "0123456789abcdef0123456789abcdef",
  "cloudflare:apiToken": "fake_cloudflare_token_that_opens_nothing_0000",
  "stripe-customer-sync:workersDevSubdomain": "my-team",
  "stripe-customer-sync:supabaseProjectRef": "abcdefghijklmnopqrst",
  "supabase:accessToken": "sbp_fake_access_token_opens_nothing",
  "stripe-customer-sync:supabasePublishableKey": "sb_publishable_fake",
  "stripe-customer-sync:stripeAccount": "acct_1FakeStaging",
  "stripe:apiKey": "sk_test_fake_deployment",
  "stripe-customer-sync:stripeWorkerKey": "rk_test_fake_worker",
  "stripe-customer-sync:webhookToken": "fake-webhook-token-that-opens-nothing",
  "stripe-customer-sync:operatorToken": "fake-operator-token-that-opens-nothing",
  "stripe-customer-sync:fingerprintKey": "fake-fingerprint-key-that-opens-nothing",
};
