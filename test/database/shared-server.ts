import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type DatabaseServer, SHARED_SERVER, startDatabaseServer } from "./test-database.ts";

/**
 * Has one PostgreSQL server for all test files of a run that need only databases of their own. It
 * is started when the first of them asks for it, and stopped with the run.
 */
export async function setup(): Promise<() => Promise<void>> {
  // Another project of the same run has made it.
  if (process.env[SHARED_SERVER] !== undefined) return async () => {};
  let starting: Promise<DatabaseServer> | undefined;
  const desk = createServer((_, response) => {
    starting ??= start();
    starting.then(
      ({ postgres }) => response.end(String(postgres.port)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => desk.listen(0, "127.0.0.1", resolve));
  process.env[SHARED_SERVER] = `http://127.0.0.1:${(desk.address() as AddressInfo).port}`;
  return async () => {
    desk.close();
    const server = await starting?.catch(() => undefined);
    await server?.stop();
  };
}

async function start(): Promise<DatabaseServer> {
  const server = await startDatabaseServer();
  // Its templates, which others copy without asking.
  await server.createDatabase();
  return server;
}
