import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { AccountHandle } from "./account/account-handle.ts";
import { cutOf } from "./api/cut-response.ts";
import { createStripe, type InProcessStripe, type StripeOptions } from "./create-stripe.ts";

/** A running Stripe on one machine. */
export interface StripeCloud {
  /** Origin of the API. */
  readonly url: string;
  readonly port: number;
  /** @throws for an id that is none of the tenants' */
  account(accountId: string): AccountHandle;
  /** The same accounts without the network. */
  readonly fetch: InProcessStripe["fetch"];
  /** Refuses connections from now on, and cuts those that are open, until `accept`. */
  refuse(): Promise<void>;
  /** Listens again, on the same port. */
  accept(): Promise<void>;
  /** Stops serving; the state stays in its folder. */
  close(): Promise<void>;
}

/**
 * Starts the double on 127.0.0.1.
 *
 * @throws when the port is taken, or the state cannot be read or written
 */
export async function startStripe(
  options: StripeOptions & {
    /** Default 0: the operating system chooses. */
    readonly port?: number;
  },
): Promise<StripeCloud> {
  const stripe = await createStripe(options);
  let server = serverOf(stripe);
  const port = await listen(server, options.port ?? 0).catch(async (error: unknown) => {
    await stripe.close();
    throw error;
  });
  let listening = true;
  const stop = async () => {
    if (!listening) return;
    listening = false;
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  };
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    account: stripe.account,
    fetch: stripe.fetch,
    refuse: stop,
    accept: async () => {
      if (listening) return;
      server = serverOf(stripe);
      await listen(server, port);
      listening = true;
    },
    close: async () => {
      await stop();
      await stripe.close();
    },
  };
}

function serverOf(stripe: InProcessStripe) {
  const server = createAdaptorServer({
    fetch: async (request, { incoming }) => {
      const response = await stripe.serve(request);
      if (!cutOf(response)) return response;
      incoming.socket.resetAndDestroy();
      return RESPONSE_ALREADY_SENT;
    },
  });
  if (!("closeAllConnections" in server)) throw new Error("The server has to be one of HTTP/1.");
  return server;
}

async function listen(server: ReturnType<typeof serverOf>, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return (server.address() as AddressInfo).port;
}
