import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { exampleSchema } from "./example-schema.ts";
import { projectRef } from "./management-api-double.ts";
import { ResourceLife } from "./resource-life.ts";
import type { TestProject } from "./test-project.ts";
import { exampleWebhook as args, WebhookProject, webhookType } from "./webhook-project.ts";

describe.each([15, 18] as const)("on PostgreSQL %i", (version) => {
  let place: WebhookProject;
  let project: TestProject;
  let webhook: ResourceLife;
  const rings = () => place.rings();
  const insert = (name: string) => place.insert(name);

  beforeAll(async () => {
    place = await WebhookProject.start(version);
    project = place.project;
  });
  afterAll(() => project.stop());

  beforeEach(async () => {
    webhook = await place.install();
  });
  afterEach(() => place.clear());

  test("belongs to no SqlSchema, whatever it is called", async () => {
    const schema = new ResourceLife(project.engine, "supabase:index:SqlSchema");
    await schema.up(exampleSchema);
    await webhook.up({ ...args, name: "stripe_sync_bell" });
    expect(await schema.refresh()).toEqual({});
    await schema.destroy();
  });

  test("odd names are quoted", async () => {
    await project.sql(
      `set role project_owner; create table public."Odd "" table %s" ("id" int, "a'b\\c" text)`,
    );
    const odd = new ResourceLife(project.engine, webhookType);
    await odd.up({
      ...args,
      name: 'it\'s "odd" %s',
      table: 'Odd " table %s',
      ignoredColumns: ["a'b\\c"],
    });
    expect(await odd.refresh()).toEqual({});
    await project.sql(`insert into public."Odd "" table %s" values (7)`);
    expect((await rings()).map(({ body }) => body)).toEqual([
      expect.objectContaining({ table: 'Odd " table %s', record: { id: 7 } }),
    ]);
    await odd.destroy();
    await project.sql(`drop table public."Odd "" table %s"`);
  });

  test("disabled by the program, it keeps silent and is no drift", async () => {
    await webhook.up({ ...args, enabled: false });
    expect(await webhook.refresh()).toEqual({});
    await insert("Example");
    expect(await rings()).toEqual([]);
  });

  test("another table is a replacement; destroy leaves the table and nothing else", async () => {
    const { inputs } = await project.engine.check(webhookType, { ...args, table: "other" });
    const change = { oldInputs: webhook.state?.inputs ?? {}, newInputs: inputs };
    expect((await project.engine.diff(webhookType, change)).replaces).toEqual(["table"]);
    await webhook.destroy();
    expect(
      await project.sql(`select to_regnamespace('pulumi_supabase') as schema,
        (select count(*)::int from pg_trigger where tgname like 'organizations_to_worker%') as triggers`),
    ).toEqual([{ schema: null, triggers: 0 }]);
    await insert("Example");
  });

  test("is imported by project, schema, table and name", async () => {
    const id = `${projectRef}/public/organizations/organizations_to_worker`;
    const imported = await project.engine.read(webhookType, { id });
    const { foreignWebhooks: _, drift: __, ...declared } = webhook.state?.inputs ?? {};
    expect(imported.inputs).toMatchObject(declared);
  });

  test("says which table or column is missing", async () => {
    const other = new ResourceLife(project.engine, webhookType);
    await expect(other.up({ ...args, table: "nowhere" })).rejects.toThrow(
      "there is no table public.nowhere",
    );
    await project.sql("create table if not exists public.bare (n int)");
    await expect(other.up({ ...args, table: "bare" })).rejects.toThrow(
      'public.bare has no column "id"',
    );
  });
});
