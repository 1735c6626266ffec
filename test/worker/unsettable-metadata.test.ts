import { expect, test } from "vitest";
import { captureLog } from "./captured-log.ts";
import { wholePaths } from "./whole-path.ts";

captureLog();
const path = wholePaths();

const LONG = "ä😀".repeat(400);
/** What somebody typed at sign-up, and what Stripe gets of it. */
const typed: [string, unknown, Record<string, unknown>][] = [
  ["emoji", { organization: "🦄 & Co" }, { organization: "🦄 & Co" }],
  ["500 characters", { organization: "x".repeat(500) }, { organization: "x".repeat(500) }],
  ["501 characters", { organization: "x".repeat(501) }, { organization: "x".repeat(500) }],
  ["thousands, two units each", { region: LONG }, { region: `${"ä😀".repeat(166)}ä` }],
  ["brackets", { industry: "[a][b]=c&d", organization: "]" }, { industry: "[a][b]=c&d" }],
  [
    "brackets in a key",
    { "metadata[organization]": "x", organization: "A" },
    { organization: "A" },
  ],
  ["control characters", { organization: "a\u0001\u0007\r\nb\u007f" }, { organization: "a b" }],
  ["nothing but control characters", { region: "\u0001\n" }, { region: undefined }],
  ["null", { region: null, industry: null }, { region: undefined, industry: undefined }],
  ["nested JSON", { industry: { a: [1, { b: null }] } }, { industry: '{"a": [1, {"b": null}]}' }],
  ["a JSON string of JSON", JSON.stringify({ organization: "A" }), { organization: "A" }],
  ["no object at all", [1, "two"], { organization: undefined }],
];

// The double refuses what Stripe refuses (test/local/stripe/customers.test.ts). Meant to fail with
// stripe_sync.clean_text() returning its value as it is.
test("whatever somebody typed reaches Stripe as far as Stripe takes it, and links the organization", async () => {
  const whole = await path();
  const organizations: string[] = [];
  for (const [, metadata] of typed) organizations.push(await whole.database.signUp(metadata));
  await whole.worker.tick();
  const byOrganization = new Map(
    whole.stripe.customers().map((customer) => [customer.metadata.organization_id, customer]),
  );
  for (const [index, [what, , expected]] of typed.entries()) {
    const customer = byOrganization.get(organizations[index]);
    expect(customer?.id, what).toBe(await whole.linked(organizations[index] ?? ""));
    for (const [key, value] of Object.entries(expected)) {
      expect(customer?.metadata[key], `${what}: ${key}`).toEqual(value);
    }
  }
});
