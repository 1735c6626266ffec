import * as v from "valibot";
import { ENDPOINTS_PATTERN, GENERATIONS_PATTERN } from "./generations.ts";

/** One setting of a stack: what `pulumi config set` accepts under `key`. */
export interface Setting {
  /** The key as it is typed: without a namespace it belongs to this project. */
  readonly key: string;
  /** One clause: what the setting is, with its unit. */
  readonly meaning: string;
  /** What to type after `pulumi config set`; absent where the value must not be typed. */
  readonly example?: string;
  /** A command that makes a good value, for secrets which nobody needs to choose. */
  readonly generate?: string;
  readonly secret: boolean;
  readonly required: boolean;
  /** An environment variable that the provider takes instead. */
  readonly variable?: string;
  readonly schema: v.GenericSchema<string>;
}

const text = (pattern: RegExp, rule: string) => v.pipe(v.string(), v.regex(pattern, rule));
const hex32 = text(/^[0-9a-f]{32}$/, "must be 32 hexadecimal characters");
const url = v.pipe(
  v.string(),
  v.url("must be a URL"),
  v.regex(/^https?:\/\/[^?#]*[^/?#]$/, "must be an http(s) URL without a slash, ? or # at its end"),
);
const hostname = text(
  /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
  "must be a host name in lower case, without https://",
);
const token = text(
  /^[\x21-\x7e]{24,512}$/,
  "must be 24 to 512 printable characters without spaces",
);
const flag = text(/^(true|false)$/, "must be true or false");
const random = "openssl rand -hex 32";

/**
 * Every setting that a stack can have, in the order of the stack files. A test holds the stack
 * files against this list.
 */
export const settingCatalogue = [
  setting(
    "environment",
    "local, staging or production",
    "staging",
    text(/^(local|staging|production)$/, "must be local, staging or production"),
  ),
  setting(
    "cloudflareAccountId",
    "the Cloudflare account's id",
    "0123456789abcdef0123456789abcdef",
    hex32,
  ),
  secret(
    "cloudflare:apiToken",
    "Cloudflare API token: Workers Scripts write, Account Settings read, and for a domain or route Workers Routes write",
    text(/^[0-9A-Za-z_-]{40,80}$/, "must be 40 to 80 characters of 0-9 A-Z a-z _ -"),
    { variable: "CLOUDFLARE_API_TOKEN" },
  ),
  optional(
    "cloudflare:baseUrl",
    "another address of the Cloudflare API; the local cloud's",
    "http://127.0.0.1:4810/client/v4",
    url,
  ),
  optional(
    "workerName",
    "the Worker's name; stripe-customer-sync-<stack> when left out",
    "stripe-customer-sync",
    text(
      /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
      "must be 1 to 63 lower-case letters, digits or dashes, not beginning or ending with a dash",
    ),
  ),
  optional(
    "workersDevSubdomain",
    "the account's workers.dev subdomain; serves the Worker when there is no domain or route",
    "my-team",
    text(
      /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
      "must be the subdomain alone, such as my-team for my-team.workers.dev",
    ),
  ),
  optional("domain", "a custom domain for the Worker alone", "billing-sync.example.com", hostname),
  optional(
    "route",
    "a route on a host of the zone, instead of a domain",
    "billing-sync.example.com/*",
    text(/^[a-z0-9.-]+\.[a-z]{2,63}\/\*$/, "must be a host name followed by /*"),
  ),
  optional(
    "cloudflareZoneId",
    "the zone's id; needed with domain or route",
    "0123456789abcdef0123456789abcdef",
    hex32,
  ),
  optional(
    "workersEndpoint",
    "another address of the Workers; the local cloud's",
    "http://127.0.0.1:4811",
    url,
  ),
  optional(
    "placementRegion",
    "where the Worker should run: near the database",
    "aws:eu-central-1",
    text(
      /^(aws|gcp|azure):[a-z0-9-]+$/,
      "must be a cloud and its region, such as aws:eu-central-1",
    ),
  ),
  optional(
    "observability",
    "whether Cloudflare keeps the Worker's logs; true when left out",
    "true",
    flag,
  ),
  optional(
    "workersPlan",
    "the account's Workers plan, free or paid: how many calls one invocation may make; free when left out",
    "paid",
    text(/^(free|paid)$/, "must be free or paid"),
  ),
  optional(
    "rollout",
    "percent of the requests that a new version of the Worker gets at first, the one before keeps the rest; 100, which also ends a rollout, when left out",
    "10",
    text(/^([1-9]\d?|100)$/, "must be a whole number from 1 to 100"),
  ),
  optional(
    "pinnedVersion",
    "an earlier version of the Worker that has all requests instead; npm run rollback writes it",
    "01234567-89ab-4cde-8f01-23456789abcd",
    text(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, "must be a version's id (a UUID)"),
  ),
  setting(
    "supabaseProjectRef",
    "the Supabase project's reference",
    "abcdefghijklmnopqrst",
    text(/^[a-z]{20}$/, "must be 20 lower-case letters"),
  ),
  secret(
    "supabase:accessToken",
    "Supabase access token that may run SQL on the project and change its signing keys",
    token,
    {
      variable: "SUPABASE_ACCESS_TOKEN",
    },
  ),
  optional(
    "supabase:endpoint",
    "another address of the Supabase Management API; the local cloud's",
    "http://127.0.0.1:4820",
    url,
  ),
  optional(
    "supabaseUrl",
    "the project's URL; https://<ref>.supabase.co when left out",
    "https://db.example.com",
    url,
  ),
  setting(
    "supabasePublishableKey",
    "the project's publishable key (not a secret)",
    "sb_publishable_…",
    text(
      /^(sb_publishable_\S+|eyJ\S+)$/,
      "must be a publishable key (sb_publishable_…) or an anon key",
    ),
  ),
  optionalSecret(
    "supabaseWorkerKey",
    "a database credential for the Worker made elsewhere; left out, as it should be, the stack makes one that can call the job functions only",
    token,
  ),
  optionalSecret(
    "supabaseWorkerKeyPrevious",
    "the credential before, used for nothing; npm run rotate keeps it until it is revoked",
    token,
  ),
  optional(
    "workerKeys",
    "numbers of the database credentials that the stack makes, the one in use last; 1 when left out, npm run rotate changes it",
    "1",
    text(GENERATIONS_PATTERN, "must be one or two numbers, such as 1 or 1,2"),
  ),
  setting(
    "stripeAccount",
    "the Stripe account that this environment belongs to",
    "acct_1AbcDefGhiJklMno",
    text(/^acct_\w+$/, "must begin with acct_"),
  ),
  secret(
    "stripe:apiKey",
    "Stripe key for the deployment: webhook endpoints write, events read, account read",
    text(/^(sk|rk)_(test|live)_\w+$/, "must be a secret or restricted key (sk_… or rk_…)"),
    { variable: "STRIPE_API_KEY" },
  ),
  optional(
    "stripe:apiBase",
    "another address of the Stripe API; the local cloud's",
    "http://127.0.0.1:4830",
    url,
  ),
  secret(
    "stripeWorkerKey",
    "Stripe key for the Worker: a restricted key with customers write",
    text(/^(sk|rk)_(test|live)_\w+$/, "must be a secret or restricted key (sk_… or rk_…)"),
  ),
  optionalSecret(
    "stripeWorkerKeyPrevious",
    "the key before, used for nothing; npm run rotate keeps it until it is revoked",
    text(/^(sk|rk)_(test|live)_\w+$/, "must be a secret or restricted key (sk_… or rk_…)"),
  ),
  optional(
    "pacePerSecond",
    "most customers made in a second; 20 when left out, below Stripe's 25",
    "20",
    text(/^(?:[1-9]|1\d|2[0-5])$/, "must be a whole number from 1 to 25"),
  ),
  optionalSecret(
    "alertUrl",
    "where the Worker posts alerts as JSON with a text, as chat webhooks take it; nobody is told when left out",
    url,
  ),
  optional(
    "alertUnlinkedMinutes",
    "alert when an organization waits longer for its first customer; 5 when left out",
    "5",
    text(/^[1-9]\d{0,3}$/, "must be a whole number of minutes from 1 to 9999"),
  ),
  optional(
    "alertDeadJobs",
    "alert when as many jobs are dead; 1 when left out",
    "1",
    text(/^[1-9]\d{0,3}$/, "must be a whole number from 1 to 9999"),
  ),
  optional(
    "alertWebhookSilentMinutes",
    "alert when no webhook came for as long while organizations did; 60 when left out",
    "60",
    text(/^[1-9]\d{1,3}$/, "must be a whole number of minutes from 10 to 9999"),
  ),
  optional(
    "promotedFrom",
    "the stack that must run a bundle before this one gets it; staging for production when left out",
    "staging",
    text(/^[\w.-]+(\/[\w.-]+\/[\w.-]+)?$/, "must be a stack's name, or organization/project/stack"),
  ),
  optional(
    "allowUnstagedBundle",
    "whether an update goes on although promotedFrom does not run the bundle; false when left out",
    "false",
    flag,
  ),
  secret("webhookToken", "bearer token between the database and the Worker", token, {
    generate: random,
  }),
  optionalSecret(
    "webhookTokenPrevious",
    "the token before, accepted too while a rotation lasts",
    token,
  ),
  secret("operatorToken", "bearer token of the Worker's /health and /live", token, {
    generate: random,
  }),
  secret("fingerprintKey", "key of the fingerprints by which changed secrets are noticed", token, {
    generate: random,
  }),
  optional(
    "stripeEndpoints",
    "numbers of the Stripe endpoints that the stack makes, the one in use last; 1 when left out, npm run rotate changes it",
    "1",
    text(ENDPOINTS_PATTERN, "must be one or two numbers, such as 1 or 1,2:silent"),
  ),
  optionalSecret(
    "stripeSigningSecretPrevious",
    "the Stripe signing secret before, accepted too while a rotation lasts",
    text(/^whsec_\S+$/, "must begin with whsec_"),
  ),
] as const satisfies readonly Setting[];

function setting<const K extends string>(
  key: K,
  meaning: string,
  example: string,
  schema: v.GenericSchema<string>,
) {
  return { key, meaning, example, schema, secret: false, required: true } as const;
}

function optional<const K extends string>(
  key: K,
  meaning: string,
  example: string,
  schema: v.GenericSchema<string>,
) {
  return { key, meaning, example, schema, secret: false, required: false } as const;
}

function secret<const K extends string>(
  key: K,
  meaning: string,
  schema: v.GenericSchema<string>,
  more: { generate?: string; variable?: string } = {},
) {
  return { key, meaning, schema, secret: true, required: true, ...more } as const;
}

function optionalSecret<const K extends string>(
  key: K,
  meaning: string,
  schema: v.GenericSchema<string>,
) {
  return { key, meaning, schema, secret: true, required: false } as const;
}
