import { redact } from "@stripe-customer-sync/provider-kit";
import fc from "fast-check";
import { expect, test } from "vitest";

test("a secret is replaced however a message spells it", () => {
  const secret = 'fake"secret/with spaces';
  const message = `plain ${secret}, JSON ${JSON.stringify(secret)}, URL ${encodeURIComponent(secret)}`;
  expect(redact(message, [secret])).toBe('plain [secret], JSON "[secret]", URL [secret]');
});

test.each([
  ["a Stripe key", "sk_live_fakeKey1"],
  ["a restricted Stripe key", "rk_test_fakeKey1"],
  ["a Stripe signing secret", "whsec_fakeSecret"],
  ["a Supabase access token", "sbp_fakeToken"],
  ["a Supabase secret key", "sb_secret_fakeKey-1"],
  ["a JSON Web Token", "eyJmYWtlIjoxfQ.eyJmYWtlIjoyfQ.fake-signature"],
])("%s is replaced although nobody named it", (_what, key) => {
  expect(redact(`It was ${key}.`, [])).toBe("It was [secret].");
});

test("a key is replaced where JSON has put an escaped line break before it", () => {
  expect(redact(JSON.stringify("a\nsk_live_fakeKey1"), [])).toBe('"a\\n[secret]"');
});

test("credentials in headers and addresses are replaced", () => {
  expect(redact("authorization: Bearer fake-token", [])).toBe("authorization: Bearer [secret]");
  expect(redact("postgres://user:fake@db.example.com/x", [])).toBe(
    "postgres://[secret]@db.example.com/x",
  );
});

test("a secret that contains another one is replaced as a whole", () => {
  expect(redact("abcdefgh", ["cdef", "abcdefgh"])).toBe("[secret]");
});

test("no given secret of four characters or more is ever left in a text", () => {
  const secrets = fc.string({ minLength: 4 }).filter((secret) => !"[secret]".includes(secret));
  fc.assert(
    fc.property(fc.string(), secrets, fc.string(), (before, secret, after) => {
      const message = redact(`${before}${secret}${after}`, [secret]);
      expect(message.split("[secret]").some((part) => part.includes(secret))).toBe(false);
    }),
  );
});
