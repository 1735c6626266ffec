import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";

/** An HTTP server on 127.0.0.1. */
export interface HttpServer {
  readonly url: string;
  close(): Promise<void>;
}

/** @throws when the port is taken */
export async function serve(
  port: number,
  answer: (request: Request) => Promise<Response>,
): Promise<HttpServer> {
  const underWay = new Set<Promise<Response>>();
  const tracked = (request: Request): Promise<Response> => {
    const answering = answer(request).finally(() => underWay.delete(answering));
    underWay.add(answering);
    return answering;
  };
  const server = createServer(getRequestListener(tracked, { overrideGlobalObjects: false }));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("The server has no port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      // Each may hold a connection of the database, and a pool with one of those never ends.
      await Promise.allSettled(underWay);
    },
  };
}
