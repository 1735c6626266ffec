import { afterAll, beforeAll, expect, test } from "vitest";
import { client, startTestSupabase, type TestSupabase } from "./start-test-supabase.ts";

let supabase: TestSupabase;
beforeAll(async () => {
  supabase = await startTestSupabase();
});
afterAll(() => supabase.stop());

test("a secret is stored encrypted and read by its name", async () => {
  const { sql } = supabase.project;
  const [made] =
    await sql`select vault.create_secret('fake token ä', 'webhook_token', 'of a test') as id`;
  const [found] = await sql`
    select id, decrypted_secret, description, secret from vault.decrypted_secrets where name = 'webhook_token'`;
  expect(found).toMatchObject({
    id: made?.id,
    decrypted_secret: "fake token ä",
    description: "of a test",
  });
  expect(found?.secret).not.toContain("fake token");
  const stored = await sql`select secret from vault.secrets where name = 'webhook_token'`;
  expect(Buffer.from(stored[0]?.secret, "base64").toString("latin1")).not.toContain("fake token");
});

test("an update changes the value and keeps the rest", async () => {
  const { sql } = supabase.project;
  const [made] = await sql`select vault.create_secret('old', 'rotated', 'kept') as id`;
  await sql`select vault.update_secret(${made?.id}::uuid, 'new')`;
  expect(
    await sql`select decrypted_secret, description from vault.decrypted_secrets where name = 'rotated'`,
  ).toEqual([{ decrypted_secret: "new", description: "kept" }]);
});

test("a name is given once", async () => {
  const { sql } = supabase.project;
  await sql`select vault.create_secret('one', 'unique_name')`;
  await expect(sql`select vault.create_secret('two', 'unique_name')`).rejects.toMatchObject({
    code: "23505",
  });
});

test.each(["anon", "authenticated", "authenticator"])("the role %s reads nothing", async (role) => {
  const { sql } = supabase.project;
  await sql`select vault.create_secret('fake', ${`of_${role}`})`;
  for (const relation of ["vault.secrets", "vault.decrypted_secrets"]) {
    const reading = sql.begin(async (transaction) => {
      await transaction.unsafe(`set local role ${role}`);
      return transaction.unsafe(`select * from ${relation}`);
    });
    await expect(reading).rejects.toMatchObject({ code: "42501" });
  }
  const throughRest = await client(supabase.project).schema("vault").from("secrets").select();
  expect(throughRest.error).not.toBeNull();
});
