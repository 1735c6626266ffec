import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { jobFunctions } from "./job-functions.ts";
import { type DatabaseServer, startDatabaseServer } from "./test-database.ts";

let folder: string;
let server: DatabaseServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stripe-sync-extensions-"));
  await chmod(folder, 0o755);
  await mkdir(join(folder, "extension"));
  server = await startDatabaseServer(18, { extension_control_path: `$system:${folder}` });
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** An extension of the name that does nothing but run a script. */
async function offerPgNet(script: string): Promise<void> {
  const control = "comment = 'stand-in'\ndefault_version = '1.0'\ntrusted = true\n";
  await writeFile(join(folder, "extension", "pg_net.control"), control);
  await writeFile(join(folder, "extension", "pg_net--1.0.sql"), script);
}
beforeEach(() => offerPgNet("create schema net;"));

const installed = `select extname from pg_extension where extname = 'pg_net'`;

test("pg_net is enabled where it can be had", async () => {
  const database = await server.createDatabase(false);
  await database.install();
  await database.install();
  expect(await database.sql.unsafe(installed)).toHaveLength(1);
});

test("a pg_net that cannot be enabled leaves the pull to do the work", async () => {
  await offerPgNet("do $do$ begin raise exception 'not here'; end $do$;");
  const database = await server.createDatabase(false);
  await database.install();
  expect(await database.sql.unsafe(installed)).toHaveLength(0);
  const jobs = jobFunctions(database);
  const organization = await database.signUp();
  await jobs.refillPace();
  const [job] = (await jobs.claim(null)).jobs;
  expect(job?.organization_id).toBe(organization);
});

test("neither sign-up nor pull needs pg_net once it was dropped", async () => {
  const database = await server.createDatabase(false);
  await database.install();
  await database.as("supabase_admin")`drop extension pg_net cascade`;
  await database.as("supabase_admin")`drop schema if exists net cascade`;
  const organization = await database.signUp();
  await jobFunctions(database).link(organization, "cus_1");
});
