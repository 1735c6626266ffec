import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Stripe from "stripe";
import { onTestFinished } from "vitest";

/** One delivery that arrived. */
export interface Received {
  readonly path: string;
  readonly body: string;
  readonly signature: string;
}

/** A server that takes webhooks, verifies them with the official client, and counts them. */
export interface WebhookReceiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** Answers of the next deliveries; afterwards 200. */
  readonly answers: (number | "hang")[];
  /** The events that came, in their order. @throws for a wrong signature */
  events(secret: string, receivedAt?: number): Promise<Stripe.Event[]>;
}

export async function webhookReceiver(): Promise<WebhookReceiver> {
  const received: Received[] = [];
  const answers: (number | "hang")[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => {
      body += part;
    });
    request.on("end", () => {
      const signature = String(request.headers["stripe-signature"]);
      received.push({ path: request.url ?? "", body, signature });
      const answer = answers.shift() ?? 200;
      if (answer === "hang") return;
      response.writeHead(answer, { location: "/elsewhere" }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/stripe`,
    received,
    answers,
    events: (secret, receivedAt) =>
      Promise.all(
        received.map(({ body, signature }) =>
          Stripe.webhooks.constructEventAsync(
            body,
            signature,
            secret,
            undefined,
            undefined,
            receivedAt,
          ),
        ),
      ),
  };
}
