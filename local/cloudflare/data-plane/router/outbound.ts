import { WorkerEntrypoint } from "cloudflare:workers";

/** Every `fetch` of a deployed Worker: it reaches this machine's own servers and nothing else. */
export class Outbound extends WorkerEntrypoint {
  async fetch(request: Request): Promise<Response> {
    const { hostname, origin } = new URL(request.url);
    if (!isLoopback(hostname)) {
      throw new Error(
        `The local cloud does not let a Worker fetch from ${origin}: only 127.0.0.1 is reachable.`,
      );
    }
    return fetch(request);
  }
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}
