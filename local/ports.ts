/** Where the local cloud listens on 127.0.0.1. Zero lets the operating system choose. */
export interface Ports {
  /** Cloudflare's API. */
  readonly cloudflareApi: number;
  /** Requests to deployed Workers. */
  readonly workers: number;
  /** The stand-in of the Cloudflare provider, to which the engine is attached. */
  readonly cloudflareProvider: number;
  /** Supabase's Management API and its projects. */
  readonly supabase: number;
  readonly stripe: number;
}

/** The ports that Pulumi.local.yaml names. */
export const defaultPorts: Ports = {
  cloudflareApi: 4810,
  workers: 4811,
  cloudflareProvider: 4812,
  supabase: 4820,
  stripe: 4830,
};

/** For tests, several of which run at once. */
export const anyPorts: Ports = {
  cloudflareApi: 0,
  workers: 0,
  cloudflareProvider: 0,
  supabase: 0,
  stripe: 0,
};
