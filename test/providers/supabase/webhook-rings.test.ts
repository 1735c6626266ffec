import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ResourceLife } from "./resource-life.ts";
import type { TestProject } from "./test-project.ts";
import { exampleWebhook as args, WebhookProject, webhookToken } from "./webhook-project.ts";

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

  test("rings for a new row with the token of the Vault and nothing of the row but its id", async () => {
    const id = await insert("Example");
    expect(await rings()).toEqual([
      {
        url: args.url,
        timeout: 4_000,
        headers: { "Content-Type": "application/json", Authorization: `Bearer ${webhookToken}` },
        body: {
          type: "INSERT",
          table: "organizations",
          schema: "public",
          record: { id },
          old_record: null,
        },
      },
    ]);
  });

  test("rings for a changed row, but not when only ignored columns or nothing changed", async () => {
    const [first, second] = [await insert("One"), await insert("Two")];
    await rings();
    await project.sql("update public.organizations set stripe_customer_id = 'cus_' || name");
    await project.sql("update public.organizations set name = name");
    await project.sql("update public.organizations set name = 'x' where false");
    expect(await rings()).toEqual([]);

    await project.sql(`
      update public.organizations set industry = 'retail', stripe_customer_id = null where id = '${second}'`);
    await project.sql(`
      update public.organizations set name = case when id = '${first}' then 'Uno' else name end`);
    expect((await rings()).map(({ body }) => body)).toEqual([
      expect.objectContaining({ type: "UPDATE", record: { id: second } }),
      expect.objectContaining({ type: "UPDATE", record: { id: first } }),
    ]);
  });

  test("rings for a deleted row with the id in old_record", async () => {
    await webhook.up({ ...args, events: ["DELETE"] });
    const id = await insert("Example");
    await project.sql("delete from public.organizations");
    expect((await rings()).map(({ body }) => body)).toEqual([
      {
        type: "DELETE",
        table: "organizations",
        schema: "public",
        record: null,
        old_record: { id },
      },
    ]);
  });

  test("does not ring for what was rolled back", async () => {
    await project.sql("begin; insert into public.organizations (name) values ('x'); rollback");
    expect(await rings()).toEqual([]);
  });

  test("a statement over 10,000 rows rings for 20 and takes little longer than without", async () => {
    const many =
      "insert into public.organizations (name) select 'x' || n from generate_series(1, 10000) n";
    const began = performance.now();
    await project.sql(many);
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(await rings()).toHaveLength(20);
    const update = "update public.organizations set name = name || '!', industry = 'x'";
    const beganUpdate = performance.now();
    await project.sql(update);
    expect(performance.now() - beganUpdate).toBeLessThan(2_000);
    expect(await rings()).toHaveLength(20);
  });

  test("anybody who may write the table rings, without any right on the webhook's schema", async () => {
    await project.sql(
      "set role authenticated; insert into public.organizations (name) values ('Example')",
    );
    expect(await rings()).toHaveLength(1);
    const call = "set role authenticated; select pulumi_supabase.x()";
    await expect(project.sql(call)).rejects.toThrow("permission denied for schema pulumi_supabase");
  });

  // Without the exception handler in ring.sql each of these fails the insert.
  test.each([
    ["pg_net is dropped", "drop schema net cascade"],
    [
      "net.http_post fails",
      "create or replace function net.http_post(url text, body jsonb default '{}', params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds int default 5000) returns bigint language plpgsql as $$ begin raise exception 'broken'; end $$",
    ],
    ["the queue is dropped", "drop table net.http_request_queue"],
    ["the Vault is emptied", "delete from vault.secrets"],
    ["the Vault is dropped", "drop schema vault cascade"],
    [
      "the Vault cannot decrypt",
      "create or replace function vault.decrypt(secret text) returns text language plpgsql as $$ begin raise exception 'no key'; end $$",
    ],
    ["the owner may not read the Vault", "revoke all on schema vault from project_owner"],
    ["the table has lost its column id", "alter table public.organizations drop column id"],
    [
      "a trigger's arguments are nonsense",
      "drop trigger organizations_to_worker_insert on public.organizations; do $$ begin execute format('create trigger organizations_to_worker_insert after insert on public.organizations referencing new table as new_rows for each statement execute function pulumi_supabase.%I()', (select proname from pg_proc where pronamespace = 'pulumi_supabase'::regnamespace)); end $$",
    ],
  ])("%s: the insert succeeds all the same, and rings not", async (_, broken) => {
    const connection = await project.postgres.sql.reserve();
    try {
      await connection.unsafe("begin");
      await connection.unsafe(broken);
      await connection.unsafe("set local role authenticated");
      const rows = await connection.unsafe(
        "insert into public.organizations (name) values ('Example') returning name",
      );
      expect([...rows]).toEqual([{ name: "Example" }]);
    } finally {
      await connection.unsafe("rollback");
      connection.release();
    }
  });

  // Without lock_timeout in the function's settings each insert waits for the lock's end.
  test.each(["net.http_request_queue", "vault.secrets"])(
    "%s is locked: the insert does not wait",
    async (table) => {
      const blocker = await project.postgres.sql.reserve();
      await blocker.unsafe("begin");
      await blocker.unsafe(`lock table ${table} in access exclusive mode`);
      const released = sleep(1_000).then(() => blocker.unsafe("rollback"));
      const began = performance.now();
      await insert("Example");
      const waitedMs = performance.now() - began;
      await released;
      blocker.release();
      expect(waitedMs).toBeLessThan(500);
      expect(await rings()).toEqual([]);
      await insert("Example");
      expect(await rings()).toHaveLength(1);
    },
  );

  test("no secret stands in the definition", async () => {
    const rows = await project.sql(`
      select pg_get_triggerdef(oid) as text from pg_trigger where tgname like 'organizations_to_worker%'
      union all select prosrc from pg_proc where pronamespace = 'pulumi_supabase'::regnamespace`);
    expect(rows).toHaveLength(3);
    expect(JSON.stringify(rows)).not.toContain(webhookToken);
    expect(project.api.requests.map(({ query }) => query).join()).not.toContain(webhookToken);
  });
});
