import type { Server } from "node:http";
import { serve } from "@hono/node-server";
import { type Context, Hono } from "hono";

export const accountId = "0000000000000000000000000000005a";
export const operatorToken = "fake-operator-token";
export const apiToken = "fake_cloudflare_token_of_the_live_worker_tests";

type Version = {
  bindings: string[];
  fingerprints: Record<string, string>;
  operatorToken: string;
  /** What `/health` answers; 200 when left out. */
  health?: number;
};

/** A Worker named `sync`, seen from both sides: Cloudflare's API and its own `/live`. */
export class ScriptedWorker {
  readonly versions = new Map<string, Version>();
  deployment: { versionId: string; percentage: number }[] = [];
  /** Every deployment that the API was asked for, oldest first. */
  readonly deployments: { versionId: string; percentage: number }[][] = [];
  schedules: string[] = [];
  /** Whether there is such a Worker. */
  exists = true;
  /** Routes of every zone. */
  routes: { id: string; pattern: string; script: string }[] = [];
  /** Answers at the Worker's address, instead of the right one. */
  fault: "503" | "404" | "cached" | "html" | "deaf to overrides" | undefined;
  /** Statuses of the next answers of the API, instead of the right ones. */
  readonly apiFaults: number[] = [];
  readonly requests: string[] = [];
  #server: Server | undefined;
  #origin = "";

  async start(): Promise<void> {
    const app = new Hono();
    app.get("/client/v4/*", (context) => this.#api(context));
    app.post("/client/v4/*", (context) => this.#deploy(context));
    app.get("/sync/live", (context) => this.#live(context));
    app.get("/sync/health", (context) => this.#health(context));
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
    if (context.req.path.endsWith("/workers/routes")) return succeeded(this.routes);
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

  async #deploy(context: Context): Promise<Response> {
    type Share = { version_id: string; percentage: number };
    const { versions } = await context.req.json<{ versions: Share[] }>();
    if (!versions.every(({ version_id }) => this.versions.has(version_id))) {
      return failed(404, 10007, "No such version.");
    }
    this.deployment = versions.map(({ version_id, percentage }) => ({
      versionId: version_id,
      percentage,
    }));
    this.deployments.push(this.deployment);
    return succeeded({ id: "d", strategy: "percentage", versions });
  }

  #health(context: Context): Response {
    if (this.fault === "404") return new Response("nothing here", { status: 404 });
    const { id, version } = this.#chosen(context);
    const status = version?.health ?? 200;
    if (status === 200) return Response.json({ version: { id } });
    const error = { code: "scripted", message: "Scripted fault." };
    return Response.json({ error }, { status });
  }

  /** The version that answers. */
  #chosen(context: Context): { id: string; version: Version | undefined } {
    const override = context.req.header("cloudflare-workers-version-overrides") ?? "";
    const pinned = /^sync="([^"]+)"$/.exec(override)?.[1];
    const isDeployed = this.deployment.some(({ versionId }) => versionId === pinned);
    const obeyed = isDeployed && this.fault !== "deaf to overrides";
    const byShare = this.deployment.findLast(({ percentage }) => percentage > 0)?.versionId;
    const id = (obeyed ? pinned : byShare) ?? "";
    return { id, version: this.versions.get(id) };
  }

  #live(context: Context): Response {
    if (this.fault === "503") return new Response("stopped", { status: 503 });
    if (this.fault === "404") return new Response("nothing here", { status: 404 });
    if (this.fault === "html") return new Response("<html>parked</html>");
    const { id, version } = this.#chosen(context);
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
