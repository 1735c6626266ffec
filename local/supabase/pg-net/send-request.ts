import { type Agent, request } from "node:http";

/** A row of `net.http_request_queue`. */
export interface QueuedRequest {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>> | null;
  readonly body: Buffer | null;
  readonly timeoutMs: number;
}

/** A row of `net._http_response`, but for its time. */
export interface RequestOutcome {
  readonly id: string;
  readonly status_code: number | null;
  readonly content_type: string | null;
  readonly headers: Readonly<Record<string, string>> | null;
  readonly content: string | null;
  readonly timed_out: boolean | null;
  readonly error_msg: string | null;
}

export const USER_AGENT = "pg_net/0.20.4";

const LOOPBACK = new Set(["127.0.0.1", "[::1]", "localhost"]);

/** One attempt, as pg_net makes it; a failure is an outcome too. Requests leave loopback never. */
export async function sendRequest(queued: QueuedRequest, agent: Agent): Promise<RequestOutcome> {
  try {
    const url = new URL(queued.url);
    if (url.protocol !== "http:" || !LOOPBACK.has(url.hostname)) {
      throw new Error(`Couldn't resolve host name: the local cloud calls http on loopback only`);
    }
    return await attempt(queued, url, agent);
  } catch (error) {
    const timedOut = error instanceof Error && error.name === "TimeoutError";
    const message = timedOut
      ? `Timeout of ${queued.timeoutMs} ms reached.`
      : error instanceof Error
        ? error.message
        : String(error);
    return {
      id: queued.id,
      status_code: null,
      content_type: null,
      headers: null,
      content: null,
      timed_out: timedOut ? true : null,
      error_msg: message,
    };
  }
}

function attempt(queued: QueuedRequest, url: URL, agent: Agent): Promise<RequestOutcome> {
  const { promise, resolve, reject } = Promise.withResolvers<RequestOutcome>();
  const signal = AbortSignal.timeout(Math.max(queued.timeoutMs, 1));
  signal.addEventListener("abort", () => reject(signal.reason));
  const sent = request(
    url,
    {
      method: queued.method.toUpperCase(),
      agent,
      signal,
      headers: {
        "User-Agent": USER_AGENT,
        Accept: "*/*",
        ...(queued.body && { "Content-Length": String(queued.body.length) }),
        ...queued.headers,
      },
    },
    (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("error", reject);
      response.once("end", () =>
        resolve({
          id: queued.id,
          status_code: response.statusCode ?? null,
          content_type: response.headers["content-type"] ?? null,
          headers: flat(response.headers),
          content: Buffer.concat(chunks).toString("utf8").replaceAll("\0", ""),
          timed_out: false,
          error_msg: null,
        }),
      );
    },
  );
  sent.once("error", reject);
  sent.end(queued.body ?? undefined);
  return promise;
}

function flat(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value ?? ""].flat().join(", ")]),
  );
}
