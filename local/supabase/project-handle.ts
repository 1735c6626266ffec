import type { Sql } from "postgres";
import type { SupabaseProjectServer } from "./project/supabase-project.ts";

/** A project of the local cloud, for commands and tests. */
export interface SupabaseProject {
  readonly ref: string;
  /** Base of `/auth/v1` and `/rest/v1`; what `createClient` of supabase-js takes. */
  readonly url: string;
  /** `sb_publishable_…`: role anon. */
  readonly publishableKey: string;
  /** `sb_secret_…`: role service_role. */
  readonly secretKey: string;
  /** A JWT with role stripe_sync_worker, for `Authorization: Bearer`. */
  readonly workerKey: string;
  /** Connections of the project's owner, the role `postgres`, which is no superuser. */
  readonly sql: Sql;
  /** For other clients: logs in as the owner. */
  readonly databaseUrl: string;
  /** PostgreSQL's process id. @throws when it is not running */
  readonly postgresPid: number;
  /** What PostgreSQL writes to its log. */
  readonly postgresLogFile: string;
  /** Stops PostgreSQL in good order; the servers before it stay and answer that they cannot. */
  stop(): Promise<void>;
  /** Starts PostgreSQL again on the same port; nothing happens when it runs. */
  start(): Promise<void>;
  /** Kills PostgreSQL as a crash would. It stays down until `start`. */
  kill9(): Promise<void>;
}

export function projectHandle(project: SupabaseProjectServer, cloudUrl: string): SupabaseProject {
  const { server, keys, tenant } = project;
  return {
    ref: tenant.ref,
    url: `${cloudUrl}/projects/${tenant.ref}`,
    publishableKey: keys.publishableKey,
    secretKey: keys.secretKey,
    workerKey: keys.workerKey,
    sql: project.owner,
    databaseUrl: project.databaseUrl(),
    get postgresPid() {
      return server.pid;
    },
    postgresLogFile: server.logFile,
    stop: () => server.stop(),
    start: () => server.start(),
    kill9: () => server.kill9(),
  };
}
