import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";
import type { ApiEnvironment } from "./api-environment.ts";

/**
 * Serves an application on 127.0.0.1.
 *
 * @param port 0 lets the operating system choose
 * @throws when the port is taken
 */
export async function serveOnLoopback(
  app: Hono<ApiEnvironment>,
  port: number,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createAdaptorServer({ fetch: app.fetch });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port was opened.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // Clients keep connections open, which a close would wait for.
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}
