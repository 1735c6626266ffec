import Stripe from "stripe";
import type { AccountHandle as CloudflareAccount } from "../../../local/cloudflare/account-handle.ts";
import { sandboxTenant } from "../../../local/tenants.ts";
import type { TestCloud } from "./test-cloud.ts";
import { wranglerOn } from "./wrangler.ts";

export const WORKER = "stripe-customer-sync-staging";
export const HOST = `sync.${sandboxTenant.cloudflare.zoneName}`;
export const ENDPOINT = "stripe:index:WebhookEndpoint";
export const LIVE_CHECK = "live-worker:index:LiveCheck";
export const ROUTE = "cloudflare:index/workersRoute:WorkersRoute";
export const SCHEMA = "supabase:index:SqlSchema";
export const TOKEN = "supabase:index:VaultSecret";
export const WEBHOOK = "supabase:index:DatabaseWebhook";
export const WORKER_TYPE = "cloudflare:index/worker:Worker";

/** Somebody's change beside the stack, and what a refresh must say of it. */
export interface ChangeByHand {
  readonly what: string;
  make(hands: Hands): Promise<unknown>;
  /** The resource that must be named, and the lines that must stand below it. */
  readonly type: string;
  readonly gone?: boolean;
  readonly lines: readonly RegExp[];
}

/** The ways to the clouds that a person has: dashboards, SQL, Stripe's API, wrangler. */
export interface Hands {
  readonly cloudflare: CloudflareAccount;
  sql(text: string): Promise<readonly Record<string, unknown>[]>;
  readonly stripe: Stripe;
  endpointId(): Promise<string>;
  wrangler(args: readonly string[], input?: string): Promise<string>;
}

export function handsOn({ cloud, folder }: TestCloud): Hands {
  const stripe = new Stripe(sandboxTenant.stripe.secretKey, {
    host: "127.0.0.1",
    port: Number(new URL(cloud.stripe.url).port),
    protocol: "http",
  });
  return {
    cloudflare: cloud.cloudflare.account(sandboxTenant.cloudflare.accountId),
    sql: (text) => cloud.supabase.project(sandboxTenant.supabase.ref).sql.unsafe(text),
    stripe,
    endpointId: async () => (await stripe.webhookEndpoints.list()).data[0]?.id ?? "",
    wrangler: wranglerOn(cloud.cloudflare.apiUrl, folder),
  };
}

const TABLE = "public.organizations";
const INSERT_TRIGGER = "organizations_stripe_customer_sync_insert";
const TOKEN_NAME = "organizations_stripe_customer_sync_token";

const hex = "[0-9a-f]{16}";
const uuid = "[0-9a-f-]{36}";

/**
 * Each round is changes of different resources, made together, so that one look and one repair
 * serve them all and the look must still name each and nothing else.
 */
export const rounds: readonly (readonly ChangeByHand[])[] = [
  [
    {
      what: "the webhook's URL in the database",
      type: WEBHOOK,
      make: ({ sql }) => remake(sql, (definition) => definition.replace("http://", "http://evil.")),
      lines: [/^~ url: "http:\/\/127\S+" => "http:\/\/evil\.127\S+"$/],
    },
    {
      what: "the webhook's token in Vault",
      type: TOKEN,
      make: ({ sql }) =>
        sql(
          `select vault.update_secret(id, 'fake-token-by-hand') from vault.secrets where name = '${TOKEN_NAME}'`,
        ),
      lines: [
        new RegExp(`^~ fingerprint: "${hex}" => "${hex}"$`),
        /^~ value: \[secret\] => \[secret\]$/,
      ],
    },
    {
      what: "a sync function's body",
      type: SCHEMA,
      make: async ({ sql }) => {
        const [found] = await sql(
          "select pg_get_functiondef('public.stripe_sync_health()'::regprocedure) as definition",
        );
        await sql(String(found?.definition).replace(/\$function\$/, "$function$ -- by hand\n"));
      },
      lines: [/^\+ \[0\]: "function public\.stripe_sync_health\(\) changed"$/],
    },
    {
      what: "a secret's value",
      type: LIVE_CHECK,
      make: ({ cloudflare }) =>
        cloudflare.putSecret(WORKER, "STRIPE_API_KEY", "rk_runningfake_by_hand"),
      lines: [
        new RegExp(`^~ STRIPE_API_KEY: "${hex}" => "${hex}"$`),
        new RegExp(`^~ versionId: "${uuid}" => "${uuid}"$`),
      ],
    },
    {
      what: "the Stripe endpoint's URL",
      type: ENDPOINT,
      make: async ({ stripe, endpointId }) =>
        stripe.webhookEndpoints.update(await endpointId(), { url: "https://evil.example/hook" }),
      lines: [/^~ url: "http:\S+" => "https:\/\/evil\.example\/hook"$/],
    },
    {
      what: "the route's pattern",
      type: ROUTE,
      make: ({ cloudflare }) =>
        cloudflare.updateRoute(cloudflare.routes()[0]?.id ?? "", {
          pattern: `*${HOST}/*`,
          script: WORKER,
        }),
      lines: [new RegExp(`^~ pattern: "${HOST}/\\*" => "\\*${HOST}/\\*"$`)],
    },
  ],
  [
    {
      what: "the trigger disabled",
      type: WEBHOOK,
      make: ({ sql }) => sql(`alter table ${TABLE} disable trigger ${INSERT_TRIGGER}`),
      lines: [/^~ enabled: true => false$/, /^\+ \[0\]: "trigger \S+_insert on \S+ is disabled"$/],
    },
    {
      what: "the token removed from Vault",
      type: TOKEN,
      gone: true,
      make: ({ sql }) => sql(`delete from vault.secrets where name = '${TOKEN_NAME}'`),
      lines: [],
    },
    {
      what: "a grant on a sync function",
      type: SCHEMA,
      make: ({ sql }) => sql("grant execute on function public.stripe_sync_health() to anon"),
      lines: [/^\+ \[0\]: "grant EXECUTE on function public\.stripe_sync_health\(\) to anon/],
    },
    {
      what: "the cron schedule",
      type: LIVE_CHECK,
      make: ({ cloudflare }) => cloudflare.setSchedules(WORKER, ["0 3 * * *"]),
      lines: [/^~ \[0\]: "\* \* \* \* \*" => "0 3 \* \* \*"$/],
    },
    {
      what: "the Stripe endpoint's events",
      type: ENDPOINT,
      make: async ({ stripe, endpointId }) =>
        stripe.webhookEndpoints.update(await endpointId(), {
          enabled_events: ["customer.created", "customer.updated", "charge.failed"],
        }),
      lines: [/"customer\.deleted"/, /"charge\.failed"/],
    },
    {
      what: "the Worker opened on workers.dev",
      type: WORKER_TYPE,
      make: ({ cloudflare }) => cloudflare.updateWorker(WORKER, { subdomain: { enabled: true } }),
      lines: [/^~ enabled: false => true$/],
    },
  ],
  [
    {
      what: "the trigger dropped",
      type: WEBHOOK,
      make: ({ sql }) => sql(`drop trigger ${INSERT_TRIGGER} on ${TABLE}`),
      lines: [/"INSERT"/, /^\+ \[0\]: "trigger \S+_insert on \S+ is missing"$/],
    },
    {
      what: "the trigger that makes jobs dropped",
      type: SCHEMA,
      make: ({ sql }) => sql(`drop trigger stripe_sync_inserted on ${TABLE}`),
      lines: [/^\+ \[0\]: "trigger stripe_sync_inserted \S* ?on \S+ (?:is )?missing"$/],
    },
    {
      what: "a secret added, with wrangler",
      type: LIVE_CHECK,
      make: ({ wrangler }) =>
        wrangler(["secret", "put", "ADDED_BY_HAND", "--name", WORKER], "fake-secret-by-hand"),
      lines: [
        /^\+ \[0\]: "ADDED_BY_HAND"$/,
        new RegExp(`^\\+ ADDED_BY_HAND: "${hex}"$`),
        new RegExp(`^~ versionId: "${uuid}" => "${uuid}"$`),
      ],
    },
    {
      what: "the Stripe endpoint disabled",
      type: ENDPOINT,
      make: async ({ stripe, endpointId }) =>
        stripe.webhookEndpoints.update(await endpointId(), { disabled: true }),
      lines: [/^~ status: "enabled" => "disabled"$/],
    },
    {
      what: "the Worker's logs switched off",
      type: WORKER_TYPE,
      make: ({ cloudflare }) =>
        cloudflare.updateWorker(WORKER, { observability: { enabled: false } }),
      lines: [/^~ enabled: true => false$/],
    },
  ],
  [
    {
      what: "the trigger duplicated",
      type: WEBHOOK,
      make: ({ sql }) => remake(sql, (definition) => definition, "second_doorbell"),
      lines: [/^\+ \[\d\]: "second_doorbell"$/],
    },
    {
      what: "a foreign webhook on the table",
      type: WEBHOOK,
      make: async ({ sql }) => {
        await sql(`create function public.forward_to_crm() returns trigger language plpgsql as
          $$ begin perform net.http_post('https://crm.example/hook', '{}'::jsonb); return new; end $$`);
        await sql(`create trigger forward_to_crm after insert on ${TABLE}
          for each row execute function public.forward_to_crm()`);
      },
      lines: [/^\+ \[\d\]: "forward_to_crm"$/],
    },
    {
      what: "the Stripe endpoint deleted",
      type: ENDPOINT,
      gone: true,
      make: async ({ stripe, endpointId }) => stripe.webhookEndpoints.del(await endpointId()),
      lines: [],
    },
    // With the version below: the version that repairs it cannot be asked before the route is back.
    {
      what: "the route deleted",
      type: ROUTE,
      gone: true,
      make: ({ cloudflare }) => cloudflare.deleteRoute(cloudflare.routes()[0]?.id ?? ""),
      lines: [],
    },
    {
      what: "another version deployed, with wrangler",
      type: LIVE_CHECK,
      make: ({ wrangler }) => wrangler(["deploy"]),
      lines: [new RegExp(`^~ versionId: "${uuid}" => "${uuid}"$`), /^~ reachable: true => false$/],
    },
  ],
];

/** Replaces the insert trigger by a changed one, or puts a second one of another name beside it. */
async function remake(
  sql: Hands["sql"],
  change: (definition: string) => string,
  name?: string,
): Promise<void> {
  const [found] = await sql(`select pg_get_triggerdef(oid) as definition from pg_trigger
    where tgname = '${INSERT_TRIGGER}' and tgrelid = '${TABLE}'::regclass`);
  const definition = String(found?.definition);
  if (name === undefined) await sql(`drop trigger ${INSERT_TRIGGER} on ${TABLE}`);
  await sql(change(definition.replace(INSERT_TRIGGER, name ?? INSERT_TRIGGER)));
}
