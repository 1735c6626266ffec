import {
  type RetryAdvice,
  retry,
  retryAfterMilliseconds,
  UserError,
} from "@stripe-customer-sync/provider-kit";
import Cloudflare, { APIConnectionError, APIError } from "cloudflare";
import * as v from "valibot";
import type { LiveVersion } from "./live-check-inputs.ts";

/** A Worker of an account. */
export type WorkerAddress = { readonly accountId: string; readonly workerName: string };

const attemptTimeoutMilliseconds = 15_000;
const budgetMilliseconds = 45_000;

/** What Cloudflare's API tells about a Worker. Each call needs "Workers Scripts: Read". */
export class CloudflareApi {
  readonly #client: Cloudflare;

  constructor(apiToken: string, baseURL: string) {
    this.#client = new Cloudflare({
      apiToken,
      baseURL,
      timeout: attemptTimeoutMilliseconds,
      maxRetries: 0,
      logLevel: "off",
    });
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

  /** The answer; undefined for 404. */
  async #read<T>(
    request: (client: Cloudflare) => PromiseLike<T>,
    signal: AbortSignal | undefined,
  ): Promise<T | undefined> {
    try {
      return await retry(async () => request(this.#client), retryAdvice, {
        budgetMilliseconds,
        signal,
      });
    } catch (error) {
      if (error instanceof APIError && error.status === 404) return undefined;
      throw cloudflareFailure(error);
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

function retryAdvice(error: unknown): RetryAdvice {
  if (error instanceof APIConnectionError) return { retry: true };
  if (!(error instanceof APIError)) return { retry: false };
  const status = error.status ?? 0;
  if (status !== 409 && status !== 429 && status < 500) return { retry: false };
  const afterMilliseconds = retryAfterMilliseconds(error.headers?.get("retry-after"));
  return { retry: true, afterMilliseconds };
}

function cloudflareFailure(error: unknown): unknown {
  if (!(error instanceof APIError)) return error;
  const said = error.errors.map(({ message, code }) => `${message} (${code})`).join("; ");
  const words = said === "" ? error.message : said;
  if (error instanceof APIConnectionError) {
    return new UserError(`No answer from Cloudflare's API: ${words}`, { cause: error });
  }
  if (error.status === 401 || error.status === 403) {
    return new UserError(
      `Cloudflare does not let the token in live-worker:apiToken look at the Worker; it needs the ` +
        `permission "Workers Scripts: Read" of the account: ${words}`,
      { cause: error },
    );
  }
  return new UserError(`Cloudflare's API answered ${error.status}: ${words}`, { cause: error });
}
