import { createServer } from "node:net";
import type { Ports } from "../../local/ports.ts";

/**
 * The stack file of the local stack names fixed ports, so another process on one of them must
 * be known before anything starts.
 *
 * @throws one message that names the port and the remedy
 */
export async function requireFreePorts(ports: Ports): Promise<void> {
  for (const [name, port] of Object.entries(ports)) {
    if (await isTaken(port)) {
      throw new Error(
        `Port ${port} (${name}) of 127.0.0.1 is in use. If another \`npm start\` is running, use that one or stop it with Ctrl-C; otherwise stop the program that listens there.`,
      );
    }
  }
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(true));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(false)));
  });
}
