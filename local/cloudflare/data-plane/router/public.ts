import { WorkerEntrypoint } from "cloudflare:workers";
import type { Request as WorkerRequest } from "@cloudflare/workers-types";
import { chooseVersion } from "./choose-version.ts";
import { type RouterEnv, routerState, routingTable } from "./environment.ts";
import { findScript } from "./find-script.ts";
import { loadVersion } from "./load-version.ts";

/** The public port: finds the Worker of a request, chooses a version and lets it answer. */
export class Public extends WorkerEntrypoint<RouterEnv> {
  async fetch(request: Request): Promise<Response> {
    const table = await routingTable(this.env);
    const found = findScript(table, request.headers.get("host") ?? "", request.url);
    const script = found?.script;
    const routed = script === undefined ? undefined : table.scripts[script];
    if (!found || script === undefined || !routed) return plain(404, "error code: 1042");
    if (routed.stopped) return plain(503, "error code: 1105");
    const versionId = chooseVersion(routed, request.headers);
    if (versionId === undefined) return plain(404, "error code: 1042");

    routerState.requests.set(script, (routerState.requests.get(script) ?? 0) + 1);
    const version = loadVersion(this.env, this.ctx.exports, { script, versionId });
    try {
      const answer = await version
        .getEntrypoint()
        .fetch(asSeenByWorker(request, found.url) as unknown as WorkerRequest);
      return answer as unknown as Response;
    } catch {
      // The exception itself is in the Worker's logs; the platform tells the caller no more.
      return plain(500, "error code: 1101");
    }
  }
}

function asSeenByWorker(request: Request, url: URL): Request {
  const seen = new Request(url, request);
  seen.headers.set("host", url.host);
  seen.headers.set("cf-connecting-ip", "127.0.0.1");
  seen.headers.set("x-forwarded-proto", "https");
  return seen;
}

function plain(status: number, text: string): Response {
  return new Response(`${text}\n`, { status, headers: { "content-type": "text/plain" } });
}
