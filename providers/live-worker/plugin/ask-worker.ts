import { randomUUID } from "node:crypto";
import * as v from "valibot";

/** What a version of the Worker says about itself, or why it does not. */
export type WorkerAnswer =
  | {
      readonly kind: "answered";
      readonly versionId: string;
      readonly fingerprints: Readonly<Record<string, string>>;
    }
  | { readonly kind: "refused" }
  | { readonly kind: "silent"; readonly reason: string };

const timeoutMilliseconds = 10_000;

const liveAnswer = v.object({
  nonce: v.string(),
  version: v.object({ id: v.string() }),
  fingerprints: v.record(v.string(), v.string()),
});

/**
 * Asks a certain version of the Worker what it is. The nonce proves that no cache answered.
 *
 * @see https://developers.cloudflare.com/workers/configuration/versions-and-deployments/gradual-deployments/#version-overrides
 */
export async function askWorker(
  worker: {
    readonly workerName: string;
    readonly workerUrl: string;
    readonly operatorToken: string;
  },
  versionId: string,
  signal?: AbortSignal,
): Promise<WorkerAnswer> {
  const nonce = randomUUID();
  const timeout = AbortSignal.timeout(timeoutMilliseconds);
  try {
    const response = await fetch(`${worker.workerUrl.replace(/\/$/, "")}/live?nonce=${nonce}`, {
      redirect: "error", // a redirect would take the token to another host
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      headers: {
        authorization: `Bearer ${worker.operatorToken}`,
        "cloudflare-workers-version-overrides": `${worker.workerName}="${versionId}"`,
      },
    });
    const body = await response.text();
    if (response.status === 401) return { kind: "refused" };
    if (!response.ok) return silent(`it answered ${response.status}`);
    return parsed(body, nonce);
  } catch (error) {
    signal?.throwIfAborted();
    return silent(reasonOf(error));
  }
}

function parsed(body: string, nonce: string): WorkerAnswer {
  const answer = v.safeParse(v.pipe(v.string(), v.parseJson(), liveAnswer), body);
  if (!answer.success) return silent("it answered /live with something else");
  if (answer.output.nonce !== nonce) return silent("a cache answered in its place");
  const { version, fingerprints } = answer.output;
  return { kind: "answered", versionId: version.id, fingerprints };
}

function silent(reason: string): WorkerAnswer {
  return { kind: "silent", reason };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") {
    return `no answer within ${timeoutMilliseconds / 1_000} seconds`;
  }
  return error.cause instanceof Error ? error.cause.message : error.message;
}
