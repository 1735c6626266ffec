import { join } from "node:path";
import postgres, { type Sql } from "postgres";
import type { SupabaseTenant } from "../../tenants.ts";
import { AuthInterface } from "../auth/auth-interface.ts";
import { PgNetWorker } from "../pg-net/pg-net-worker.ts";
import { PostgresServer } from "../postgres/postgres-server.ts";
import { RestInterface } from "../rest/rest-interface.ts";
import { setUpProject } from "../setup/set-up-project.ts";
import { credentialsOf } from "./credentials.ts";
import { type ProjectKeys, projectKeys } from "./project-keys.ts";
import { projectPassword } from "./project-password.ts";
import { SigningKeys } from "./signing-keys.ts";

const SUPERUSER = "supabase_admin";
const OWNER_POOL_SIZE = 5;
const ADMIN_POOL_SIZE = 3;
const IDLE_SECONDS = 60;

export interface ProjectOptions {
  readonly tenant: SupabaseTenant;
  /** Of this project alone; kept between starts. */
  readonly folder: string;
  readonly applicationSql: readonly string[];
}

/** A running project: its PostgreSQL, Supabase Auth, the REST interface and pg_net's worker. */
export class SupabaseProjectServer {
  readonly tenant: SupabaseTenant;
  readonly keys: ProjectKeys;
  readonly signingKeys: SigningKeys;
  readonly server: PostgresServer;
  readonly auth: AuthInterface;
  readonly rest: RestInterface;
  /** Connections of the owner, `postgres`. */
  readonly owner: Sql;
  /** Connections of the superuser, for what a hosted project does by itself. */
  readonly admin: Sql;
  readonly #password: string;
  readonly #pgNet: PgNetWorker;

  private constructor(options: ProjectOptions, server: PostgresServer, password: string) {
    this.tenant = options.tenant;
    this.server = server;
    this.#password = password;
    this.keys = projectKeys(options.tenant);
    this.signingKeys = new SigningKeys(join(options.folder, "signing-keys.json"));
    this.owner = this.connect("postgres", OWNER_POOL_SIZE);
    this.admin = this.connect(SUPERUSER, ADMIN_POOL_SIZE);
    this.auth = new AuthInterface({
      authAdminUrl: this.databaseUrl("supabase_auth_admin"),
      jwtSecret: options.tenant.jwtSecret,
      keys: this.keys,
    });
    this.rest = new RestInterface({
      authenticatorUrl: this.databaseUrl("authenticator"),
      superuserUrl: this.databaseUrl(SUPERUSER),
      credentials: credentialsOf(options.tenant, this.keys, this.signingKeys),
    });
    this.#pgNet = new PgNetWorker(this.admin);
  }

  /** Starts a project; the first time it is made, and the application's SQL applied. */
  static async start(options: ProjectOptions): Promise<SupabaseProjectServer> {
    const password = await projectPassword(options.folder);
    const server = await PostgresServer.start({
      folder: join(options.folder, "postgres"),
      superuser: SUPERUSER,
      password,
    });
    const project = new SupabaseProjectServer(options, server, password);
    try {
      await setUpProject(project.admin, { password, applicationSql: options.applicationSql });
      await project.#listen();
    } catch (error) {
      await project.close();
      throw error;
    }
    return project;
  }

  /** For clients that log in as one of the project's roles. */
  databaseUrl(role = "postgres"): string {
    return `postgres://${role}:${this.#password}@127.0.0.1:${this.server.port}/postgres`;
  }

  /** A pool whose connections are opened when they are needed. */
  connect(role: string, size: number, options: postgres.Options<Record<string, never>> = {}): Sql {
    return postgres(this.databaseUrl(role), {
      max: size,
      idle_timeout: IDLE_SECONDS,
      onnotice: () => {},
      ...options,
    });
  }

  async close(): Promise<void> {
    await this.#pgNet.close();
    await Promise.all([
      this.auth.close(),
      this.rest.close(),
      this.owner.end({ timeout: 1 }),
      this.admin.end({ timeout: 1 }),
    ]);
    await this.server.stop();
  }

  /** The driver listens again by itself after a lost connection; then what was missed is due. */
  async #listen(): Promise<void> {
    const wake = () => this.#pgNet.wake();
    const reload = () => this.rest.reload();
    await this.admin.listen("local_supabase_pg_net", wake, wake);
    await this.admin.listen("pgrst", reload, reload);
  }
}
