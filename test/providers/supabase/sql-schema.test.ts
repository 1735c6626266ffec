import { UNKNOWN } from "@stripe-customer-sync/provider-kit";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { exampleSchema as args } from "./example-schema.ts";
import { projectRef } from "./management-api-double.ts";
import { ResourceLife } from "./resource-life.ts";
import { TestProject } from "./test-project.ts";

const type = "supabase:index:SqlSchema";

let project: TestProject;
let schema: ResourceLife;

beforeAll(async () => {
  project = await TestProject.start();
});
afterAll(() => project.stop());

beforeEach(() => {
  schema = new ResourceLife(project.engine, type);
});
afterEach(async () => {
  await project.sql(args.uninstall);
  project.api.requests.length = 0;
});

function withScript(sql: string, name = "030_more.sql") {
  return { ...args, scripts: [...args.scripts, { name, sql }] };
}

async function relation(path: string): Promise<unknown> {
  const [row] = await project.sql(`select to_regclass('${path}')::text as path`);
  return row?.path;
}

test("applies all the scripts or, when one fails, none, and names the one that failed", async () => {
  await expect(schema.up(withScript("select 1 / 0"))).rejects.toThrow(
    `Could not apply the schema "stripe_sync" in project ${projectRef}: script "030_more.sql": division by zero`,
  );
  expect(await relation("stripe_sync.jobs")).toBeNull();
  await schema.up(args);
  expect(await relation("stripe_sync.jobs")).toBe("stripe_sync.jobs");
});

test("an error shows no row and no value of the database", async () => {
  await schema.up(args);
  await project.sql("insert into public.organizations (name) values ('jenny@example.com')");
  const failing =
    "alter table public.organizations add constraint stripe_sync_names check (name = 'x')";
  const error = await schema.up(withScript(failing)).catch((error: Error) => error.message);
  expect(error).toMatch(/030_more\.sql.*stripe_sync_names/);
  expect(error).not.toContain("jenny");
  await project.sql("delete from public.organizations");
});

test("a script may hold any quotes, and functions and blocks of its own", async () => {
  const sql = `
    -- it's $sql$ here
    create or replace function stripe_sync.odd() returns text language plpgsql as $sql1$
      begin return 'a''b' || $x$\\n%$x$; end $sql1$;
    do $do$ begin perform 1; end $do$;`;
  await schema.up(withScript(sql, "it's 100 %.sql"));
  expect(await project.sql("select stripe_sync.odd() as odd")).toEqual([{ odd: "a'b\\n%" }]);
});

test("a preview creates nothing, and a changed script is named by its place", async () => {
  const { inputs } = await project.engine.check(type, args);
  const { outputs } = await project.engine.create(type, inputs, { preview: true });
  expect(outputs).toMatchObject({ digest: inputs.digest, objects: UNKNOWN });
  expect(project.api.requests).toEqual([]);

  await schema.up(args);
  const [tables, functions] = args.scripts;
  const changed = {
    ...args,
    scripts: [tables, { name: functions?.name, sql: `${functions?.sql} -- again` }],
  };
  expect(await schema.up(changed)).toEqual({ digest: "UPDATE", "scripts[1].sql": "UPDATE" });
});

test("drift that an update cannot undo fails it by its name, and no row is lost", async () => {
  await schema.up(args);
  await project.sql(`
    insert into stripe_sync.jobs values (gen_random_uuid());
    alter table stripe_sync.jobs alter column state drop default, add column note text;
    set role project_owner;
    create table stripe_sync.kept as select 1 as n`);
  expect(await schema.refresh()).toEqual({
    drift: [
      "column stripe_sync.jobs.note was added",
      "column stripe_sync.jobs.state changed",
      "table stripe_sync.kept was added",
    ],
  });
  await expect(schema.up(args)).rejects.toThrow(
    "beyond them: column stripe_sync.jobs.note was added; column stripe_sync.jobs.state changed; " +
      "table stripe_sync.kept was added. Put it back by hand",
  );
  expect(await project.sql("select count(*)::int as n from stripe_sync.jobs")).toEqual([{ n: 1 }]);
  expect(await project.sql("select n from stripe_sync.kept")).toEqual([{ n: 1 }]);

  // What the scripts do restore, they restore, and a new script may undo the rest.
  const undoing =
    "alter table stripe_sync.jobs alter column state set default 'due', drop column if exists note;" +
    "drop table if exists stripe_sync.kept";
  await schema.up(withScript(undoing));
  expect(await schema.refresh()).toEqual({});
});

test("a role that was given a login is named with what it can do now", async () => {
  await schema.up(args);
  await project.sql("alter role stripe_sync_worker login");
  expect(await schema.refresh()).toEqual({ drift: ["role stripe_sync_worker can log in"] });
  await schema.up(withScript("alter role stripe_sync_worker nologin"));
  expect(await schema.refresh()).toEqual({});
});

test("a function that others depend on is repaired in its place", async () => {
  await schema.up(args);
  await project.sql(
    "create or replace function stripe_sync.note() returns trigger language plpgsql as 'begin return null; end'",
  );
  expect(await schema.refresh()).toEqual({ drift: ["function stripe_sync.note() changed"] });
  await schema.up(args);
  expect(await schema.refresh()).toEqual({});
});

test("when nothing is left, the resource is gone, and up makes it again", async () => {
  await schema.up(args);
  await project.sql(args.uninstall);
  expect(await schema.refresh()).toBeNull();
  await schema.up(args);
  expect(await relation("stripe_sync.jobs")).toBe("stripe_sync.jobs");
});

test("after a lost state the leftovers are taken over", async () => {
  await schema.up(args);
  await project.sql("insert into stripe_sync.jobs values (gen_random_uuid())");
  const again = new ResourceLife(project.engine, type);
  await again.up(args);
  expect(again.state).toEqual(schema.state);
  expect(await project.sql("select count(*)::int as n from stripe_sync.jobs")).toEqual([{ n: 1 }]);
});

test("destroy runs the uninstall script, which may find nothing", async () => {
  await schema.up(args);
  const { state } = schema;
  await schema.destroy();
  expect(await relation("stripe_sync.jobs")).toBeNull();
  expect(await relation("public.organizations")).toBe("organizations");
  schema.state = state;
  await schema.destroy();
});

test("is imported by project and schema", async () => {
  await schema.up(args);
  const imported = await project.engine.read(type, { id: `${projectRef}/stripe_sync` });
  expect(imported.inputs).toMatchObject({ projectRef, schema: "stripe_sync", drift: [] });
  expect(imported.outputs.objects).toEqual(schema.state?.outputs.objects);
  await expect(project.engine.read(type, { id: "stripe_sync" })).rejects.toThrow(
    "The id must read <projectRef>/<schema>, not stripe_sync.",
  );
});

// Without the step in lock-tables.ts sign-up and update wait for each other, and one is failed.
test("an update fails no sign-up that comes at the same time", async () => {
  await schema.up(args);
  let done = false;
  const signUps = Array.from({ length: 4 }, async () => {
    while (!done) await project.sql("insert into public.organizations (name) values ('Example')");
  });
  for (let n = 0; n < 10; n += 1) await schema.up(withScript(`select ${n}`));
  done = true;
  await Promise.all(signUps);
  const [row] = await project.sql(`
    select count(*)::int as organizations, (select count(*)::int from stripe_sync.jobs) as jobs
    from public.organizations`);
  expect(row?.organizations).toBeGreaterThan(50);
  expect(row?.jobs).toBe(row?.organizations);
  await project.sql("delete from public.organizations");
});

test("gives up soon on a table that somebody has locked, so that sign-ups are not held up", async () => {
  await schema.up(args);
  const blocker = await project.postgres.sql.reserve();
  await blocker.unsafe("begin");
  await blocker.unsafe("select * from public.organizations limit 0");
  // The script wants the strongest lock, behind which everybody else has to wait.
  const script = "alter table public.organizations add column if not exists stripe_sync_note text";
  const updating = schema.up(withScript(script));
  updating.catch(() => {});
  let slowest = 0;
  for (const end = Date.now() + 4_000; Date.now() < end; ) {
    const began = Date.now();
    await project.sql("insert into public.organizations (name) values ('Example')");
    slowest = Math.max(slowest, Date.now() - began);
  }
  await blocker.unsafe("commit");
  blocker.release();
  await updating;
  expect(slowest, "the lock was really wanted").toBeGreaterThan(200);
  expect(slowest).toBeLessThan(900);
  await project.sql(
    "alter table public.organizations drop column stripe_sync_note; delete from public.organizations",
  );
});

test.each([
  [{ projectRef: "short" }, 'a project\'s reference: 20 lowercase letters, not "short"'],
  [{ schema: "public" }, "the name of a schema of its own"],
  [{ schema: "pulumi_supabase" }, "the name of a schema of its own"],
  [{ scripts: [] }, '"scripts" must have at least 1 member'],
  [{ scripts: [{ name: "a" }] }, '"scripts[0].sql" is required'],
  [{ uninstal: "" }, 'did you mean "uninstall"?'],
])("check refuses %j", async (wrong, reason) => {
  const { failures } = await project.engine.check(type, { ...args, ...wrong });
  expect(failures.map((failure) => failure.reason).join()).toContain(reason);
});
