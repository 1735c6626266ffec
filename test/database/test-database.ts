import { readFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { configureScript, scripts, uninstallSql } from "../../database/index.ts";
import { sampleApplicationSql } from "../../local/sample-application/index.ts";
import {
  type Postgres,
  type PostgresOptions,
  type PostgresVersion,
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

export async function startDatabaseServer(
  version: PostgresVersion = 18,
  settings: PostgresOptions["settings"] = {},
): Promise<DatabaseServer> {
  const server = await startPostgres({ version, settings });
  const administrator = connect(server.url("postgres"), 1);
  const databases: OpenDatabase[] = [];
  const templates = new Map<boolean, Promise<string>>();
  const template = (install: boolean): Promise<string> => {
    const made = templates.get(install) ?? makeTemplate(install);
    templates.set(install, made);
    return made;
  };

  async function makeTemplate(install: boolean): Promise<string> {
    const name = install ? "installed" : "plain";
    const origin = install ? `${await template(false)} owner postgres` : "template0";
    await administrator.unsafe(`create database ${name} template ${origin}`);
    const database = openDatabase(server, name);
    try {
      if (install) await database.install();
      else await makePlain(database);
    } finally {
      await database.close();
    }
    return name;
  }

  return {
    postgres: server,
    createDatabase: async (install = true) => {
      const origin = await template(install);
      const name = `test_${databases.length + 1}`;
      const database = openDatabase(server, name);
      databases.push(database);
      await administrator.unsafe(`create database ${name} template ${origin} owner postgres`);
      return database;
    },
    stop: async () => {
      await Promise.all(databases.map((database) => database.close()));
      await administrator.end({ timeout: 5 });
      await server.stop();
    },
  };
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
