import { join } from "node:path";
import { type CloudflareCloud, startCloudflare } from "./cloudflare/index.ts";
import type { Ports } from "./ports.ts";
import { sampleApplicationSql } from "./sample-application/index.ts";
import { type StripeCloud, startStripe } from "./stripe/index.ts";
import { type SupabaseCloud, startSupabase } from "./supabase/index.ts";
import type { Tenant } from "./tenants.ts";

/** A running cloud on one machine. */
export interface LocalCloud {
  readonly cloudflare: CloudflareCloud;
  readonly supabase: SupabaseCloud;
  readonly stripe: StripeCloud;
  /** Stops every server and process that was started; the state stays. */
  close(): Promise<void>;
}

export interface LocalCloudOptions {
  readonly tenants: readonly Tenant[];
  readonly ports: Ports;
  /** Kept between starts; delete it to begin anew. */
  readonly stateFolder: string;
}

/**
 * Starts Cloudflare, Supabase and Stripe on loopback, each with all tenants.
 *
 * @throws when one of them cannot start; those that could are stopped again
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const { tenants, ports } = options;
  const folder = (name: string) => join(options.stateFolder, name);
  const starting = {
    stripe: startStripe({
      tenants: tenants.map(({ stripe }) => stripe),
      port: ports.stripe,
      stateFolder: folder("stripe"),
    }),
    supabase: startSupabase({
      tenants: tenants.map(({ supabase }) => supabase),
      port: ports.supabase,
      stateFolder: folder("supabase"),
      applicationSql: sampleApplicationSql,
    }),
    cloudflare: startCloudflare({
      tenants: tenants.map(({ cloudflare }) => cloudflare),
      apiPort: ports.cloudflareApi,
      workersPort: ports.workers,
      providerPort: ports.cloudflareProvider,
      stateFolder: folder("cloudflare"),
    }),
  };
  const clouds = Object.values(starting);
  const settled = await Promise.allSettled(clouds);
  const closeAll = async () => {
    for (const result of settled) {
      if (result.status === "fulfilled") await result.value.close();
    }
  };
  const failure = settled.find((result) => result.status === "rejected");
  if (failure) {
    await closeAll();
    throw failure.reason;
  }
  return {
    stripe: await starting.stripe,
    supabase: await starting.supabase,
    cloudflare: await starting.cloudflare,
    close: closeAll,
  };
}
