import * as pulumi from "@pulumi/pulumi";

export type FindWorkerArgs = {
  /** Cloudflare account: 32 hexadecimal characters. */
  readonly accountId: string;
  readonly workerName: string;
  /** A route to look for: its zone, and its pattern to the letter. */
  readonly route?: { readonly zoneId: string; readonly pattern: string };
  /** A custom domain to look for. */
  readonly hostname?: string;
};

/** What there is under these names, whoever made it; absent what there is not. */
export type FindWorkerResult = {
  readonly worker?: { readonly id: string; readonly tags: readonly string[] };
  /** `script` is the Worker that answers; absent where none does. */
  readonly route?: { readonly id: string; readonly script?: string };
  /** `service` is the Worker that answers. */
  readonly domain?: { readonly id: string; readonly service: string };
};

/**
 * Looks for a Worker, a route and a custom domain by name. The official provider has no such
 * look-up: it finds out by failing, and for a name that is taken it tries for minutes.
 */
export function findWorker(
  args: FindWorkerArgs,
  opts?: pulumi.InvokeOptions,
): Promise<FindWorkerResult> {
  return pulumi.runtime.invoke("live-worker:index:findWorker", args, opts ?? {});
}
