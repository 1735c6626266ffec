/** A Worker, as somebody reaches it who may ask its operator's routes. */
export type AskedWorker = {
  readonly workerName: string;
  readonly workerUrl: string;
  readonly operatorToken: string;
};

/** What came back, or why nothing did. */
export type PinnedAnswer =
  | { readonly kind: "body"; readonly status: number; readonly body: string }
  | { readonly kind: "silent"; readonly reason: string };

const timeoutMilliseconds = 10_000;

/**
 * Sends a request of the operator to a certain version, which must be in the newest deployment; at
 * 0 % is enough. Whether that version answered must show in the answer: until a deployment is
 * everywhere, another one may answer.
 *
 * @param path such as `/live?nonce=…`
 * @see https://developers.cloudflare.com/workers/configuration/versions-and-deployments/version-overrides/
 */
export async function pinnedRequest(
  worker: AskedWorker,
  versionId: string,
  path: string,
  signal?: AbortSignal,
): Promise<PinnedAnswer> {
  const timeout = AbortSignal.timeout(timeoutMilliseconds);
  try {
    const response = await fetch(`${worker.workerUrl.replace(/\/$/, "")}${path}`, {
      redirect: "error", // a redirect would take the token to another host
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      headers: {
        authorization: `Bearer ${worker.operatorToken}`,
        "cloudflare-workers-version-overrides": `${worker.workerName}="${versionId}"`,
      },
    });
    return { kind: "body", status: response.status, body: await response.text() };
  } catch (error) {
    signal?.throwIfAborted();
    return { kind: "silent", reason: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") {
    return `no answer within ${timeoutMilliseconds / 1_000} seconds`;
  }
  return error.cause instanceof Error ? error.cause.message : error.message;
}
