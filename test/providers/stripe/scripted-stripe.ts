import type { Server } from "node:http";
import { serve } from "@hono/node-server";
import { type Context, Hono } from "hono";

type Endpoint = {
  id: string;
  object: "webhook_endpoint";
  api_version: string | null;
  created: number;
  description: string | null;
  enabled_events: string[];
  livemode: boolean;
  metadata: Record<string, string>;
  status: string;
  url: string;
};

/** What goes wrong with the next matching request, once. */
export type Fault = {
  readonly method: string;
  readonly path: RegExp;
  /** `lost`: the effect happens and the connection is reset before the answer. */
  readonly kind: "lost" | { readonly status: number; readonly error: Record<string, unknown> };
};

/** Just so much of Stripe as the provider needs, with faults that a test can ask for. */
export class ScriptedStripe {
  readonly endpoints = new Map<string, Endpoint>();
  readonly requests: string[] = [];
  readonly faults: Fault[] = [];
  livemode = false;
  readonly #replies = new Map<string, object>();
  #server: Server | undefined;
  #made = 0;

  async start(): Promise<string> {
    const app = new Hono();
    app.all("*", (context) => this.#answer(context));
    const port = await new Promise<number>((resolve) => {
      const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, (info) =>
        resolve(info.port),
      );
      this.#server = server as Server;
    });
    return `http://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  async #answer(context: Context): Promise<Response> {
    const { method, path } = context.req;
    this.requests.push(`${method} ${path}`);
    const at = this.faults.findIndex((fault) => fault.method === method && fault.path.test(path));
    const [fault] = at < 0 ? [] : this.faults.splice(at, 1);
    if (fault !== undefined && fault.kind !== "lost") {
      const { status, error } = fault.kind;
      return Response.json({ error }, { status });
    }
    const answer = await this.#act(context);
    if (fault?.kind === "lost") {
      context.env.incoming.socket.destroy();
      return new Response(null);
    }
    return answer;
  }

  async #act(context: Context): Promise<Response> {
    const { method, path } = context.req;
    const id = path.split("/")[3];
    if (path === "/v1/account")
      return Response.json({ id: "acct_1FakeScripted", object: "account" });
    if (method === "POST" && id === undefined) {
      const key = context.req.header("idempotency-key") ?? crypto.randomUUID();
      const reply = this.#replies.get(key) ?? this.#create(await context.req.text());
      this.#replies.set(key, reply);
      return Response.json(reply);
    }
    if (method === "GET" && id === undefined) {
      const data = [...this.endpoints.values()];
      return Response.json({ object: "list", url: path, has_more: false, data });
    }
    const endpoint = this.endpoints.get(id ?? "");
    if (endpoint === undefined) {
      const error = {
        type: "invalid_request_error",
        code: "resource_missing",
        message: `No such webhook endpoint: '${id}'`,
      };
      return Response.json({ error }, { status: 404 });
    }
    if (method === "DELETE") {
      this.endpoints.delete(endpoint.id);
      return Response.json({ id, object: "webhook_endpoint", deleted: true });
    }
    if (method === "POST") this.#update(endpoint, await context.req.text());
    return Response.json(endpoint);
  }

  #create(form: string): object {
    const parameters = new URLSearchParams(form);
    this.#made += 1;
    const endpoint: Endpoint = {
      id: `we_fake${this.#made}`,
      object: "webhook_endpoint",
      api_version: parameters.get("api_version"),
      created: 1,
      description: parameters.get("description"),
      enabled_events: events(parameters),
      livemode: this.livemode,
      metadata: metadata(parameters),
      status: "enabled",
      url: parameters.get("url") ?? "",
    };
    this.endpoints.set(endpoint.id, endpoint);
    return { ...endpoint, secret: `whsec_fakeSecretOf${this.#made}` };
  }

  #update(endpoint: Endpoint, form: string): void {
    const parameters = new URLSearchParams(form);
    endpoint.url = parameters.get("url") ?? endpoint.url;
    if (parameters.has("description")) endpoint.description = parameters.get("description") || null;
    if (parameters.has("disabled")) {
      endpoint.status = parameters.get("disabled") === "true" ? "disabled" : "enabled";
    }
    const listed = events(parameters);
    if (listed.length > 0) endpoint.enabled_events = listed;
    const merged = { ...endpoint.metadata, ...metadata(parameters) };
    endpoint.metadata = Object.fromEntries(
      Object.entries(merged).filter(([, value]) => value !== ""),
    );
  }
}

function events(parameters: URLSearchParams): string[] {
  return [...parameters]
    .filter(([name]) => name.startsWith("enabled_events["))
    .map(([, event]) => event);
}

function metadata(parameters: URLSearchParams): Record<string, string> {
  return Object.fromEntries(
    [...parameters].flatMap(([name, value]) => {
      const key = /^metadata\[(.+)\]$/.exec(name)?.[1];
      return key === undefined ? [] : [[key, value]];
    }),
  );
}
