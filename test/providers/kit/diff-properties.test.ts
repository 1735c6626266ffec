import { diffProperties } from "@stripe-customer-sync/provider-kit";
import fc from "fast-check";
import { expect, test } from "vitest";

test.each([
  ["a text", { a: "x" }, { a: "y" }, { a: "update" }],
  ["a text that is new", {}, { a: "y" }, { a: "add" }],
  ["a text that goes", { a: "x" }, { a: undefined }, { a: "delete" }],
  ["null, which is absent", { a: null }, {}, {}],
  ["a member of a list", { a: ["x"] }, { a: ["x", "y"] }, { "a[1]": "add" }],
  ["a key with a dot", { a: { "b.c": 1 } }, { a: { "b.c": 2 } }, { 'a["b.c"]': "update" }],
  ["a nested object", { a: [{ b: { c: 1 } }] }, { a: [{ b: {} }] }, { "a[0].b.c": "delete" }],
  ["another kind of value", { a: [1] }, { a: "1" }, { a: "update" }],
])("the path of %s", (_what, olds, news, expected) => {
  expect(diffProperties(olds, news).detailedDiff).toEqual(expected);
});

test("only the changed top-level property asks for a replacement", () => {
  const olds = { name: "a", place: { city: "x" } };
  const news = { name: "b", place: { city: "y" } };
  expect(diffProperties(olds, news, { replaceOn: ["place"], deleteBeforeReplace: true })).toEqual({
    changes: true,
    detailedDiff: { name: "update", "place.city": "update-replace" },
    replaces: ["place"],
    deleteBeforeReplace: true,
  });
});

test("of a set only the members that come and go are named", () => {
  const compare = (olds: string[], news: string[]) =>
    diffProperties({ s: olds }, { s: news }, { sets: ["s"] }).detailedDiff;
  expect(compare(["a", "b", "c"], ["c", "b", "a"])).toEqual({});
  expect(compare(["a", "b", "c"], ["a", "c"])).toEqual({ "s[1]": "delete" });
  expect(compare(["b", "c"], ["a", "b", "c"])).toEqual({ "s[0]": "add" });
  expect(compare(["a", "b"], ["a", "x"])).toEqual({ "s[1]": "update" });
});

test("equal properties never differ, and other ones always do", () => {
  const bags = fc.dictionary(fc.string(), fc.jsonValue());
  fc.assert(
    fc.property(bags, (bag) => {
      expect(diffProperties(bag, structuredClone(bag)).changes).toBe(false);
    }),
  );
  fc.assert(
    fc.property(bags, fc.string(), fc.integer(), (bag, name, number) => {
      fc.pre(bag[name] !== number);
      expect(diffProperties(bag, { ...bag, [name]: number }).changes).toBe(true);
    }),
  );
});
