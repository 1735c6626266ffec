import { UserError } from "@stripe-customer-sync/provider-kit";
import type Cloudflare from "cloudflare";
import * as v from "valibot";
import { CloudflareClient, isMissing } from "./cloudflare-client.ts";
import type { LiveVersion } from "./live-check-inputs.ts";

/** A Worker of an account. */
export type WorkerAddress = { readonly accountId: string; readonly workerName: string };

const READ_SCRIPTS = "Workers Scripts: Read";
const READ_ROUTES = "Workers Routes: Read";

/**
 * What Cloudflare's API tells about a Worker. Each call needs "Workers Scripts: Read", routes
 * "Workers Routes: Read", a deployment "Workers Scripts: Edit".
 */
export class CloudflareApi {
  readonly #client: CloudflareClient;

  constructor(apiToken: string, baseURL: string) {
    this.#client = new CloudflareClient(apiToken, baseURL, "live-worker:apiToken");
  }

  /**
   * The versions of the newest deployment, none when nothing is deployed; undefined when there is
   * no such Worker.
   */
  async newestDeployment(
    { accountId, workerName }: WorkerAddress,
    signal?: AbortSignal,
  ): Promise<readonly LiveVersion[] | undefined> {
    const page = await this.#read(
      (client) => client.workers.scripts.deployments.list(workerName, { account_id: accountId }),
      signal,
    );
    if (page === undefined) return undefined;
    // The client takes the answer for a page of a list, which it is not.
    const { deployments } = understood(deploymentList, page.result);
    const newest = deployments[0]; // newest first
    return (newest?.versions ?? []).map(({ version_id, percentage }) => ({
      versionId: version_id,
      percentage,
    }));
  }

  /**
   * Makes a deployment. Forced, because a stack may go back to a version from before a secret was
   * changed by hand; at 0 % a version only answers who asks for it.
   */
  async deploy(
    { accountId, workerName }: WorkerAddress,
    versions: readonly LiveVersion[],
    signal?: AbortSignal,
  ): Promise<void> {
    const deploy = (client: Cloudflare) =>
      client.workers.scripts.deployments.create(workerName, {
        account_id: accountId,
        force: true,
        strategy: "percentage",
        versions: versions.map(({ versionId, percentage }) => ({
          version_id: versionId,
          percentage,
        })),
      });
    await this.#client.call("Workers Scripts: Edit", deploy, signal);
  }

  /** Cron expressions; undefined when there is no such Worker. */
  async schedules(
    { accountId, workerName }: WorkerAddress,
    signal?: AbortSignal,
  ): Promise<readonly string[] | undefined> {
    const found = await this.#read(
      (client) => client.workers.scripts.schedules.get(workerName, { account_id: accountId }),
      signal,
    );
    return found?.schedules.map(({ cron }) => cron);
  }

  /** Names of the version's bindings, sorted; undefined when there is no such version. */
  async bindingNames(
    { accountId, workerName }: WorkerAddress,
    versionId: string,
    signal?: AbortSignal,
  ): Promise<readonly string[] | undefined> {
    const found = await this.#read(
      (client) =>
        client.workers.scripts.versions.get(versionId, {
          account_id: accountId,
          script_name: workerName,
        }),
      signal,
    );
    if (found === undefined) return undefined;
    // The client's type says object; the API answers with a list.
    const bindings = understood(bindingList, found.resources.bindings ?? []);
    return bindings.map(({ name }) => name).sort();
  }

  /** The Worker of that name; undefined when there is none. */
  async worker(
    { accountId, workerName }: WorkerAddress,
    signal?: AbortSignal,
  ): Promise<{ readonly id: string; readonly tags: readonly string[] } | undefined> {
    const found = await this.#read(
      (client) => client.workers.beta.workers.get(workerName, { account_id: accountId }),
      signal,
    );
    return found && { id: found.id, tags: found.tags ?? [] };
  }

  /** The route with exactly that pattern; undefined when there is none. */
  async route(
    zoneId: string,
    pattern: string,
    signal?: AbortSignal,
  ): Promise<{ readonly id: string; readonly script?: string } | undefined> {
    const routes = await this.#read(
      (client) => everyItem(client.workers.routes.list({ zone_id: zoneId })),
      signal,
      READ_ROUTES,
    );
    const found = routes?.find((route) => route.pattern === pattern);
    return found && { id: found.id, ...(found.script && { script: found.script }) };
  }

  /** The custom domain of that name; undefined when there is none. */
  async domain(
    accountId: string,
    hostname: string,
    signal?: AbortSignal,
  ): Promise<{ readonly id: string; readonly service: string } | undefined> {
    const domains = await this.#read(
      (client) => everyItem(client.workers.domains.list({ account_id: accountId, hostname })),
      signal,
    );
    const found = domains?.find((domain) => domain.hostname === hostname);
    return found && { id: found.id, service: found.service };
  }

  /** The answer; undefined for 404. */
  async #read<T>(
    request: (client: Cloudflare) => PromiseLike<T>,
    signal: AbortSignal | undefined,
    permission = READ_SCRIPTS,
  ): Promise<T | undefined> {
    try {
      return await this.#client.call(permission, request, signal);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }
}

const deploymentList = v.object({
  deployments: v.array(
    v.object({
      versions: v.array(v.object({ version_id: v.string(), percentage: v.number() })),
    }),
  ),
});

const bindingList = v.array(v.object({ name: v.string() }));

function understood<Schema extends v.GenericSchema>(
  schema: Schema,
  answer: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, answer);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new UserError(
    `Cloudflare's API answered with something else than expected: ${issue.message}`,
  );
}

async function everyItem<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of pages) items.push(item);
  return items;
}
