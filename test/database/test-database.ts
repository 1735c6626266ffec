import { readFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { configureScript, scripts, uninstallSql } from "../../database/index.ts";
import { sampleApplicationSql } from "../../local/sample-application/index.ts";
import {
  type Postgres,
  type PostgresOptions,
  type PostgresVersion,
  runningPostgres,
  SUPERUSER,
  startPostgres,
} from "./postgres.ts";

/** A PostgreSQL server that gives each test a database of its own with the sample application. */
export interface DatabaseServer {
  readonly postgres: Postgres;
  /** @param install whether the sync schema is there already */
  createDatabase(install?: boolean): Promise<TestDatabase>;
  stop(): Promise<void>;
}

/** A database like that of a hosted project; connections are opened when they are needed. */
export interface TestDatabase {
  readonly name: string;
  /** As role postgres: owner of public and of the sync schema, but no superuser. */
  readonly sql: postgres.Sql;
  readonly url: string;
  /** A pool of a role that can log in; the superuser's is `as("supabase_admin")`. */
  as(role: string): postgres.Sql;
  install(): Promise<void>;
  uninstall(): Promise<void>;
  /** What Auth does at a sign-up; resolves to the organization's id. */
  signUp(metadata?: unknown, email?: string): Promise<string>;
  /** Calls a job function as REST does: named arguments, the role set in a transaction. */
  call<Answer = Record<string, unknown>>(
    name: string,
    args: Record<string, unknown>,
    role?: string,
  ): Promise<Answer>;
  /** The organization's job; an empty object when it has none. */
  job(organization: string): Promise<Record<string, unknown>>;
}

/** A test that is over gives its connections back. */
const IDLE_SECONDS = 2;

const hostedProject = readFileSync(join(import.meta.dirname, "hosted-project.sql"), "utf8");
const installSql = [
  ...scripts,
  configureScript({ environment: "testing", pace_per_second: 20 }),
].map(({ sql }) => sql);

/** Names where `shared-server.ts` tells the port of the run's server. */
export const SHARED_SERVER = "STRIPE_CUSTOMER_SYNC_TEST_DATABASE_SERVER";

/** A server of its own, for tests that touch what all databases of a server have in common. */
export async function startDatabaseServer(
  version: PostgresVersion = 18,
  settings: PostgresOptions["settings"] = {},
): Promise<DatabaseServer> {
  const server = await startPostgres({ version, settings });
  return databaseServer(server, templates(server));
}

/**
 * The one server of the run, which other test files use at the same time. Stopping it drops the
 * databases that were made through it: the next ones then find memory that is in use already.
 */
export async function shareDatabaseServer(): Promise<DatabaseServer> {
  const address = process.env[SHARED_SERVER];
  if (address === undefined) return startDatabaseServer();
  const answer = await fetch(address);
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  // Both templates are there; see shared-server.ts.
  return databaseServer(runningPostgres(Number(text)), async (install) => templateName(install));
}

/** Gives the name of the database that others are copies of. */
type Template = (install: boolean) => Promise<string>;

function databaseServer(server: Postgres, template: Template): DatabaseServer {
  const administrator = connect(server.url("postgres"), 1);
  const databases: OpenDatabase[] = [];
  return {
    postgres: server,
    createDatabase: async (install = true) => {
      const origin = await template(install);
      const database = openDatabase(server, `test_${process.pid}_${databases.length + 1}`);
      databases.push(database);
      await copyDatabase(administrator, `${origin} owner postgres`, database.name);
      return database;
    },
    stop: async () => {
      await Promise.all(databases.map((database) => database.close()));
      for (const { name } of databases) {
        await administrator.unsafe(`drop database if exists ${name} with (force)`);
      }
      await administrator.end({ timeout: 5 });
      await server.stop();
    },
  };
}

/** Makes each template when it is first needed. */
function templates(server: Postgres): Template {
  const made = new Map<boolean, Promise<string>>();
  const template: Template = (install) => {
    const name = made.get(install) ?? make(install);
    made.set(install, name);
    return name;
  };

  async function make(install: boolean): Promise<string> {
    const name = templateName(install);
    const origin = install ? `${await template(false)} owner postgres` : "template0";
    const administrator = connect(server.url("postgres"), 1);
    const database = openDatabase(server, name);
    try {
      await copyDatabase(administrator, origin, name);
      if (install) await database.install();
      else await makePlain(database);
    } finally {
      await database.close();
      await administrator.end({ timeout: 5 });
    }
    return name;
  }
  return template;
}

function templateName(install: boolean): string {
  return install ? "installed" : "plain";
}

/** Without the strategy each copy is written twice: to its files and to the log. */
async function copyDatabase(administrator: postgres.Sql, origin: string, name: string) {
  await administrator.unsafe(`create database ${name} strategy file_copy template ${origin}`);
}

async function makePlain(database: OpenDatabase): Promise<void> {
  const superuser = database.as(SUPERUSER);
  await superuser.unsafe(hostedProject);
  await superuser.unsafe(`alter database ${database.name} owner to postgres`);
  for (const script of sampleApplicationSql) await database.sql.unsafe(script);
}

interface OpenDatabase extends TestDatabase {
  close(): Promise<void>;
}

function openDatabase(server: Postgres, name: string): OpenDatabase {
  const pools = new Map<string, postgres.Sql>();
  const as = (role: string): postgres.Sql => {
    const pool = pools.get(role) ?? connect(server.url(name, role), 60);
    pools.set(role, pool);
    return pool;
  };
  let people = 0;
  return {
    name,
    get sql() {
      return as("postgres");
    },
    url: server.url(name, "postgres"),
    as,
    install: async () => {
      await as("postgres").begin(async (transaction) => {
        for (const sql of installSql) await transaction.unsafe(sql);
      });
    },
    uninstall: async () => {
      await as("postgres").begin((transaction) => transaction.unsafe(uninstallSql));
    },
    signUp: async (metadata = {}, email) => {
      people += 1;
      const auth = as("supabase_auth_admin");
      const [user] = await auth<{ id: string }[]>`
        insert into auth.users (email, raw_user_meta_data)
        values (${email ?? `person-${people}@example.com`}, ${auth.json(metadata as postgres.JSONValue)})
        returning id`;
      const [row] = await as("postgres")<{ id: string }[]>`
        select id from public.organizations where owner_id = ${user?.id ?? null}`;
      if (!row) throw new Error("the sign-up made no organization");
      return row.id;
    },
    call: async <Answer>(
      functionName: string,
      args: Record<string, unknown>,
      role = "stripe_sync_worker",
    ) =>
      (await as("authenticator").begin(async (transaction) => {
        await transaction.unsafe(`set local role ${role}`);
        const names = Object.keys(args);
        const placeholders = names.map((argument, index) => `${argument} => $${index + 1}`);
        const [row] = await transaction.unsafe(
          `select public.stripe_sync_${functionName}(${placeholders.join(", ")}) as answer`,
          names.map((argument) => args[argument]) as postgres.ParameterOrJSON<never>[],
        );
        return row?.answer;
      })) as Answer,
    job: async (organization) => {
      const [row] = await as("postgres")`
        select * from stripe_sync.jobs where organization_id = ${organization}`;
      return row ?? {};
    },
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.end({ timeout: 5 })));
    },
  };
}

function connect(url: string, max: number): postgres.Sql {
  return postgres(url, { max, idle_timeout: IDLE_SECONDS, onnotice: () => {} });
}
