import { createHmac } from "node:crypto";
import { UNKNOWN } from "@stripe-customer-sync/provider-kit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { secretOf } from "../kit/engine-client.ts";
import { projectRef } from "./management-api-double.ts";
import { ResourceLife } from "./resource-life.ts";
import { TestProject } from "./test-project.ts";

const type = "supabase:index:VaultSecret";
const value = "token_fake_of_the_webhook_ü€";
const fingerprintKey = "key_fake_for_fingerprints";
const args = { projectRef, name: "orders_token", value, fingerprintKey };

function fingerprintOf(secret: string, key = fingerprintKey): string {
  return createHmac("sha256", key).update(`orders_token\0${secret}`).digest("hex").slice(0, 16);
}

describe.each([15, 18] as const)("on PostgreSQL %i", (version) => {
  let project: TestProject;
  let secret: ResourceLife;

  beforeAll(async () => {
    project = await TestProject.start(version);
  });
  afterAll(() => project.stop());

  beforeEach(() => {
    secret = new ResourceLife(project.engine, type);
  });
  afterEach(async () => {
    project.api.mayWrite = true;
    await project.sql("delete from vault.secrets; drop schema if exists pulumi_supabase cascade");
  });

  async function decrypted(): Promise<unknown> {
    const rows = await project.sql(
      "select name, decrypted_secret as value from vault.decrypted_secrets",
    );
    return Object.fromEntries(rows.map((row) => [row.name, row.value]));
  }

  test("is created, changed by hand, repaired, lost, made again and removed", async () => {
    await secret.up({ ...args, description: "of the webhook" });
    expect(await decrypted()).toEqual({ orders_token: value });
    expect(secret.state?.outputs).toEqual({
      projectRef,
      name: "orders_token",
      description: "of the webhook",
      fingerprint: fingerprintOf(value),
    });
    expect(await secret.refresh()).toEqual({});

    const byHand =
      "select vault.update_secret((select id from vault.secrets), 'another_fake', null, 'x')";
    await project.sql(byHand);
    expect(await secret.refresh()).toEqual({
      value: secretOf("(changed outside of this stack)"),
      description: "x",
      fingerprint: fingerprintOf("another_fake"),
    });
    expect(await secret.up(args)).toEqual({
      value: "UPDATE",
      description: "UPDATE",
      fingerprint: "UPDATE",
    });
    expect(await decrypted()).toEqual({ orders_token: value });
    expect(await secret.refresh()).toEqual({});

    await project.sql("delete from vault.secrets");
    expect(await secret.refresh()).toBeNull();
    await secret.up(args);
    expect(await decrypted()).toEqual({ orders_token: value });

    await secret.destroy();
    expect(await decrypted()).toEqual({});
    expect(await project.sql("select to_regnamespace('pulumi_supabase') as schema")).toEqual([
      { schema: null },
    ]);
  });

  test("a secret that is there already is taken over", async () => {
    await project.sql("select vault.create_secret('another_fake', 'orders_token')");
    await secret.up(args);
    expect(await decrypted()).toEqual({ orders_token: value });
  });

  test("another name is another secret, made before the old one goes", async () => {
    await secret.up(args);
    expect(await secret.up({ ...args, name: "other_token" })).toMatchObject({
      name: "UPDATE_REPLACE",
    });
    expect(await decrypted()).toEqual({ other_token: value });
  });

  test.each(["k", "k".repeat(64), "k".repeat(65), "ключ".repeat(30)])(
    "the database computes the same fingerprint as the provider, key %s",
    async (key) => {
      await secret.up({ ...args, fingerprintKey: key });
      expect(secret.state?.inputs.fingerprint).toBe(fingerprintOf(value, key));
      expect(await secret.refresh()).toEqual({});
    },
  );

  test("a token that may only read sees a changed value, and nobody else may ask", async () => {
    await secret.up(args);
    project.api.mayWrite = false;
    expect(await secret.refresh()).toEqual({});
    await project.sql("select vault.update_secret((select id from vault.secrets), 'another_fake')");
    expect(await secret.refresh()).toMatchObject({ fingerprint: fingerprintOf("another_fake") });
    await expect(secret.up(args)).rejects.toThrow("it needs the permission database:write there");

    const grantees = await project.sql(`
      select distinct g.grantee::regrole::text as grantee
      from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) g
      where p.pronamespace = 'pulumi_supabase'::regnamespace and g.grantee <> p.proowner`);
    expect(grantees).toEqual([{ grantee: "supabase_read_only_user" }]);
    const call = "set role authenticated; select pulumi_supabase.fingerprint_x('k')";
    await expect(project.sql(call)).rejects.toThrow("permission denied for schema pulumi_supabase");
  });

  test("the value stands in no SQL text, no error and not in the server's log", async () => {
    await secret.up(args);
    await secret.refresh();
    project.api.scripted.push({ status: 400, body: { message: `syntax error at "${value}"` } });
    const error = await secret.up({ ...args, description: "new" }).catch((error) => error.message);
    expect(error).toContain('syntax error at "[secret]"');
    const texts = project.api.requests.map(({ query }) => query).join("\n");
    for (const text of [texts, error, JSON.stringify(secret.state?.outputs)]) {
      expect(text).not.toContain(value);
      expect(text).not.toContain(fingerprintKey);
    }
    expect(project.postgres.log()).toContain("select vault.create_secret");
    expect(project.postgres.log()).not.toMatch(new RegExp(`(?<!DETAIL:.*)${value}`));
  });
});

describe("in a project", () => {
  let project: TestProject;

  beforeAll(async () => {
    project = await TestProject.start();
  });
  afterAll(() => project.stop());

  test("unknown values stay unknown in a preview, which has no effect", async () => {
    const { inputs, failures } = await project.engine.check(type, { ...args, value: UNKNOWN });
    expect(failures).toEqual([]);
    expect(inputs.fingerprint).toBe(UNKNOWN);
    const created = await project.engine.create(type, inputs, { preview: true });
    expect(created).toMatchObject({ id: "", outputs: { fingerprint: UNKNOWN } });
    expect(project.api.requests).toEqual([]);
  });

  test("check names the property and never shows the value", async () => {
    const { failures } = await project.engine.check(type, { ...args, value: "", name: "a/b" });
    expect(failures).toEqual([
      { property: "name", reason: expect.stringContaining('"name" must be a name without "/"') },
      { property: "value", reason: '"value" must not be empty, not [secret]' },
    ]);
  });

  test("is imported by project and name, without a value to guess at", async () => {
    await new ResourceLife(project.engine, type).up(args);
    const id = `${projectRef}/orders_token`;
    expect(await project.engine.read(type, { id })).toMatchObject({
      id,
      inputs: { projectRef, name: "orders_token", fingerprint: "" },
    });
  });

  test("without Vault it says what to enable, and a removal has nothing to do", async () => {
    const secret = new ResourceLife(project.engine, type);
    await secret.up(args);
    await project.sql("drop schema vault cascade");
    await expect(secret.up({ ...args, description: "new" })).rejects.toThrow(
      `Supabase Vault is not enabled in project ${projectRef}: enable the extension supabase_vault`,
    );
    await secret.destroy();
  });
});
