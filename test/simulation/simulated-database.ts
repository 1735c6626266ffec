import postgres from "postgres";
import { SUPERUSER } from "../database/postgres.ts";
import type { DatabaseServer } from "../database/test-database.ts";

/** A database with the real sync schema, whose clock and dice belong to a simulation. */
export interface SimulatedDatabase {
  /** A job function, as PostgREST calls it for the Worker: named arguments, the Worker's role. */
  call(at: number, name: string, args: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** A statement of the application, or a look from outside. */
  run<Row = Record<string, unknown>>(at: number, statement: string): Promise<Row[]>;
  /** As after installation: no organization, no job. */
  empty(at: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * The SQL stays as it is: what is replaced is PostgreSQL's own `clock_timestamp()`, which tells
 * the time of the simulation, and `random()`, which is always a half.
 */
export async function createSimulatedDatabase(server: DatabaseServer): Promise<SimulatedDatabase> {
  const database = await server.createDatabase(false);
  await database.as(SUPERUSER).unsafe(REPLACED_CLOCK);
  await database.install();
  await database.as(SUPERUSER).unsafe(WITNESS);
  const connect = (login: string, role: string) =>
    postgres(server.postgres.url(database.name, login), {
      max: 1,
      onnotice: () => {},
      connection: { role, ...SETTINGS },
    });
  const worker = connect("authenticator", "stripe_sync_worker");
  const outside = connect(SUPERUSER, SUPERUSER);
  // Connected before the clock is taken over, because connecting has a time limit of its own.
  await Promise.all([worker`select 1`, outside`select 1`]);

  const run = async <Row>(connection: postgres.Sql, at: number, statement: string) => {
    const answers = (await connection
      .unsafe(`set simulation.now = '${at}'; ${statement}`)
      .simple()) as unknown as Row[][];
    return answers.at(-1) ?? [];
  };
  return {
    call: async (at, name, args) => {
      const named = Object.entries(args).map(([key, value]) => `${key} => ${literal(value)}`);
      const call = `select public.${name}(${named.join(", ")}) as answer`;
      const [row] = await run<{ answer: unknown }>(worker, at, call);
      return row?.answer;
    },
    run: (at, statement) => run(outside, at, statement),
    empty: async (at) => {
      await run(outside, at, EMPTY);
    },
    close: async () => {
      await Promise.all([worker.end(), outside.end()]);
    },
  };
}

/** A value as SQL has it. */
export function literal(value: unknown): string {
  if (value === null || value === undefined) return "null";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * For tens of thousands of statements on a few rows: what they say is judged, not how they are
 * planned or whether they outlive the machine.
 */
const SETTINGS = {
  synchronous_commit: "off",
  plan_cache_mode: "force_generic_plan",
  enable_bitmapscan: "off",
} as const;

// Not in the language SQL, whose functions are parsed anew wherever a plan has them.
const REPLACED_CLOCK = `
  set allow_system_table_mods = on;
  alter function pg_catalog.clock_timestamp() rename to real_clock_timestamp;
  create function pg_catalog.clock_timestamp() returns timestamptz language plpgsql volatile as $$
  begin
    return coalesce(
      to_timestamp(nullif(current_setting('simulation.now', true), '')::double precision / 1000),
      real_clock_timestamp()
    );
  end $$;
  alter function pg_catalog.random() rename to real_random;
  create function pg_catalog.random() returns double precision language sql volatile as
    'select 0.5::double precision';
  reset allow_system_table_mods;`;

/** Every id that ever stood in an organization's row, written down by a trigger. */
const WITNESS = `
  create schema witness;
  create table witness.written (organization_id uuid, customer_id text, at timestamptz);
  create function witness.write() returns trigger language plpgsql security definer as $$
  begin
    if new.stripe_customer_id is distinct from old.stripe_customer_id then
      insert into witness.written values (new.id, new.stripe_customer_id, clock_timestamp());
    end if;
    return new;
  end $$;
  create trigger witness after update on public.organizations
    for each row execute function witness.write();`;

const EMPTY = `
  set session_replication_role = replica;
  delete from public.organizations;
  delete from auth.users;
  delete from stripe_sync.jobs;
  delete from stripe_sync.changes;
  delete from stripe_sync.duplicates;
  delete from stripe_sync.last_claims;
  delete from witness.written;
  update stripe_sync.pace set tokens = 1, refilled_at = clock_timestamp();
  set session_replication_role = origin;
  select 1;`;
