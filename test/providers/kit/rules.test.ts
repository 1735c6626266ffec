import {
  checkProperties,
  flag,
  integer,
  list,
  oneOf,
  optional,
  record,
  secret,
  shape,
  text,
  UNKNOWN,
  url,
} from "@stripe-customer-sync/provider-kit";
import fc from "fast-check";
import { expect, test } from "vitest";

const rules = {
  address: url(),
  mode: oneOf("test", "live"),
  count: optional(integer({ atLeast: 1, atMost: 9 }), 3),
  on: optional(flag()),
  tags: optional(record(text({ atMost: 3 }))),
  parts: optional(list(shape({ name: text(), size: integer() }), { atLeast: 1 })),
  token: optional(secret(text({ pattern: /^fake_/, like: "a token that begins with fake_" }))),
};
const good = { address: "https://example.com/", mode: "test" };

const reasonsFor = (news: Record<string, unknown>) =>
  checkProperties(news, rules).failures.map(({ reason }) => reason);

test("good properties pass, defaults are filled in, null is as good as absent", () => {
  expect(checkProperties({ ...good, on: null }, rules)).toEqual({
    inputs: { ...good, count: 3 },
    failures: [],
  });
});

test("what is not known yet passes", () => {
  const unknown = Object.fromEntries(Object.keys(rules).map((name) => [name, UNKNOWN]));
  expect(reasonsFor(unknown)).toEqual([]);
  expect(reasonsFor({ ...good, parts: [{ name: UNKNOWN, size: 1 }] })).toEqual([]);
});

test.each([
  [
    { ...good, address: "example.com" },
    '"address" must be an absolute URL such as https://example.com/path, not "example.com"',
  ],
  [
    { ...good, address: "http://example.com" },
    '"address" must begin with https:// (http:// only for 127.0.0.1), not "http://example.com"',
  ],
  [
    { ...good, address: "https://user:pass@example.com" },
    '"address" must not carry credentials, not "https://[secret]@example.com"',
  ],
  [
    { ...good, mode: "Live" },
    '"mode" must be one of "test", "live" (did you mean "live"?), not "Live"',
  ],
  [{ ...good, count: 1.5 }, '"count" must be a whole number, not 1.5'],
  [{ ...good, count: 10 }, '"count" must be at most 9, not 10'],
  [{ ...good, on: "yes" }, '"on" must be true or false, not "yes"'],
  [
    { ...good, tags: { "a.b": "long" } },
    '"tags["a.b"]" must have at most 3 characters, not 4, not "long"',
  ],
  [{ ...good, parts: [] }, '"parts" must have at least 1 member(s), not []'],
  [{ ...good, parts: [{ name: "x" }] }, '"parts[0].size" is required'],
  [
    { ...good, token: "real_token" },
    '"token" must be a token that begins with fake_, not [secret]',
  ],
  [{ mode: "test" }, '"address" is required'],
  [{ ...good, adress: "x" }, 'there is no property "adress" (did you mean "address"?)'],
  [{ ...good, zzz: "x" }, 'there is no property "zzz"'],
])("what is wrong is said in one line: %o", (news, reason) => {
  expect(reasonsFor(news)).toEqual([reason]);
});

test("whatever a program gives, the check answers, and briefly", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (news) => {
      const { failures } = checkProperties({ ...news, address: news.a }, rules);
      for (const { reason } of failures) expect(reason.length).toBeLessThan(400);
    }),
    { numRuns: 500 },
  );
});
