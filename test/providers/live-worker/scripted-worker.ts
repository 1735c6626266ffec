import type { Server } from "node:http";
import { serve } from "@hono/node-server";
import { type Context, Hono } from "hono";

export const accountId = "0000000000000000000000000000005a";
export const operatorToken = "fake-operator-token";
export const apiToken = "fake_cloudflare_token_of_the_live_worker_tests";

type Version = { bindings: string[]; fingerprints: Record<string, string>; operatorToken: string };

/** A Worker named `sync`, seen from both sides: Cloudflare's API and its own `/live`. */
export class ScriptedWorker {
  readonly versions = new Map<string, Version>();
  deployment: { versionId: string; percentage: number }[] = [];
  schedules: string[] = [];
  /** Whether there is such a Worker. */
  exists = true;
  /** Answers of the Worker itself, instead of the right one. */
  fault: "503" | "cached" | "html" | "deaf to overrides" | undefined;
  /** Statuses of the next answers of the API, instead of the right ones. */
  readonly apiFaults: number[] = [];
  readonly requests: string[] = [];
  #server: Server | undefined;
  #origin = "";

  async start(): Promise<void> {
    const app = new Hono();
    app.get("/client/v4/*", (context) => this.#api(context));
    app.get("/sync/live", (context) => this.#live(context));
    const port = await new Promise<number>((resolve) => {
      const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, (info) =>
        resolve(info.port),
      );
      this.#server = server as Server;
    });
    this.#origin = `http://127.0.0.1:${port}`;
  }

  get baseUrl(): string {
    return `${this.#origin}/client/v4`;
  }

  get url(): string {
    return `${this.#origin}/sync`;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  #api(context: Context): Response {
    this.requests.push(context.req.path);
    const status = this.apiFaults.shift();
    if (status !== undefined) return failed(status, 9999, "Scripted fault");
    if (context.req.header("authorization") !== `Bearer ${apiToken}`) {
      return failed(401, 10000, "Authentication error");
    }
    const [, account, kind, id] =
      /accounts\/(\w+)\/workers\/scripts\/sync\/(\w+)(?:\/([\w-]+))?$/.exec(context.req.path) ?? [];
    if (account !== accountId || !this.exists) {
      return failed(404, 10007, "This Worker does not exist on your account.");
    }
    if (kind === "schedules")
      return succeeded({ schedules: this.schedules.map((cron) => ({ cron })) });
    if (kind === "deployments") {
      const versions = this.deployment.map(({ versionId, percentage }) => ({
        version_id: versionId,
        percentage,
      }));
      const older = { id: "older", versions: [{ version_id: "older", percentage: 100 }] };
      return succeeded({
        deployments: versions.length === 0 ? [] : [{ id: "d", versions }, older],
      });
    }
    const version = this.versions.get(id ?? "");
    if (version === undefined) return failed(404, 10007, "No such version.");
    const bindings = version.bindings.map((name) => ({ name, type: "plain_text" }));
    return succeeded({ id, resources: { bindings } });
  }

  #live(context: Context): Response {
    if (this.fault === "503") return new Response("stopped", { status: 503 });
    if (this.fault === "html") return new Response("<html>parked</html>");
    const override = context.req.header("cloudflare-workers-version-overrides") ?? "";
    const pinned = /^sync="([^"]+)"$/.exec(override)?.[1];
    const isDeployed = this.deployment.some(({ versionId }) => versionId === pinned);
    const obeyed = isDeployed && this.fault !== "deaf to overrides";
    const id = (obeyed ? pinned : this.deployment.at(-1)?.versionId) ?? "";
    const version = this.versions.get(id);
    if (context.req.header("authorization") !== `Bearer ${version?.operatorToken}`) {
      return Response.json({ error: { code: "unauthorized" } }, { status: 401 });
    }
    const nonce = this.fault === "cached" ? "old" : context.req.query("nonce");
    return Response.json({ nonce, version: { id }, fingerprints: version?.fingerprints });
  }
}

function succeeded(result: object): Response {
  return Response.json({ success: true, errors: [], messages: [], result });
}

function failed(status: number, code: number, message: string): Response {
  const body = { success: false, errors: [{ code, message }], messages: [], result: null };
  return Response.json(body, { status });
}
