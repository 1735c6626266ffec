import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DatabaseServer, shareDatabaseServer, type TestDatabase } from "./test-database.ts";

let server: DatabaseServer;
let database: TestDatabase;
beforeAll(async () => {
  server = await shareDatabaseServer();
  database = await server.createDatabase();
});
afterAll(() => server.stop());

async function cleanText(value: string | null, units = 500): Promise<string | null> {
  const [row] = await database.sql<{ cleaned: string | null }[]>`
    select stripe_sync.clean_text(${value}, ${units}) as cleaned`;
  return row?.cleaned ?? null;
}

describe("a text for Stripe", () => {
  test.each([
    ["plain", "plain"],
    ["  trimmed\t", "trimmed"],
    ["two\r\nlines", "two lines"],
    ["bell\u0007and\u0085next", "bell and next"],
    ["separator\u2028paragraph\u2029", "separator paragraph"],
    ["Ünïcödé 日本 😀", "Ünïcödé 日本 😀"],
    ["[brackets] & 'quotes'", "[brackets] & 'quotes'"],
    ["\u0001\n ", null],
    ["", null],
    [null, null],
  ])("%j becomes %j", async (value, cleaned) => {
    expect(await cleanText(value)).toBe(cleaned);
  });

  test("is cut at 500 UTF-16 units and never inside a character", async () => {
    expect(await cleanText("x".repeat(501))).toBe("x".repeat(500));
    expect(await cleanText("😀".repeat(300))).toBe("😀".repeat(250));
    expect(await cleanText(`x${"😀".repeat(300)}`)).toBe(`x${"😀".repeat(249)}`);
    expect(await cleanText(`${"😀".repeat(100)}${"x".repeat(400)}`)).toBe(
      `${"😀".repeat(100)}${"x".repeat(300)}`,
    );
    expect(await cleanText(`${"x".repeat(499)}  y`)).toBe("x".repeat(499));
  });

  test("whatever it was, is short, well-formed, without controls, and stays as it is", async () => {
    const anything = fc
      .string({ unit: "grapheme", maxLength: 60 })
      .map((text) => text.replaceAll("\0", ""));
    await fc.assert(
      fc.asyncProperty(anything, fc.integer({ min: 1, max: 40 }), async (text, units) => {
        const cleaned = await cleanText(text, units);
        if (cleaned === null) return;
        expect(cleaned.length).toBeLessThanOrEqual(units);
        expect(cleaned.length).toBeGreaterThan(0);
        expect(cleaned.isWellFormed()).toBe(true);
        expect(cleaned).not.toMatch(/\p{Cc}/u);
        expect(await cleanText(cleaned, units)).toBe(cleaned);
      }),
      { numRuns: 300 },
    );
  });
});

test.each([
  ["ada@example.com", "ada@example.com"],
  [" ada+tag@example.com ", "ada+tag@example.com"],
  ["ada", null],
  ["ada@", null],
  ["@example.com", null],
  ["a da@example.com", null],
  ["ada@example@com", null],
  ["ada\n@example.com", null],
  [`${"a".repeat(501)}@example.com`, null],
  ["", null],
  [null, null],
])("the address %j is sent as %j", async (value, cleaned) => {
  const [row] = await database.sql`select stripe_sync.clean_email(${value}) as cleaned`;
  expect(row?.cleaned ?? null).toBe(cleaned);
});
