import type { Server } from "node:http";
import { serve } from "@hono/node-server";
import { type Context, Hono } from "hono";

export type ScriptedAnswer = Response | "reset" | "silence";

/** An HTTP server that gives one scripted answer after the other, and then 200. */
export class ScriptedApi {
  readonly requests: { method: string; path: string; body: string }[] = [];
  #server: Server | undefined;
  readonly #answers: ScriptedAnswer[];

  constructor(...answers: ScriptedAnswer[]) {
    this.#answers = answers;
  }

  /** Its origin. */
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
    this.requests.push({ method, path, body: await context.req.text() });
    const answer = this.#answers.shift() ?? Response.json({ fine: true });
    if (answer === "reset") context.env.incoming.socket.destroy();
    if (answer === "silence") await new Promise(() => {});
    return answer instanceof Response ? answer : new Response(null);
  }
}
