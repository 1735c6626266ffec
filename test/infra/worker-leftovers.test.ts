import { describe, expect, test } from "vitest";
import { ownerTag, ownLeftovers, type WantedWorker } from "../../infra/worker-leftovers.ts";

const accountId = "0000000000000000000000000000005a";
const zoneId = "0000000000000000000000000000025a";
const tag = ownerTag("staging");
const route = { kind: "route", pattern: "sync.example.com/*", zoneId } as const;
const domain = { kind: "domain", host: "sync.example.com", zoneId } as const;
const nothingKnown = new Set<string>();
const wanted = (exposure: WantedWorker["exposure"]): WantedWorker => ({
  accountId,
  name: "sync",
  exposure,
  tag,
});

describe("what a lost state left behind", () => {
  test("is adopted under the ids that the official provider imports", () => {
    const worker = { id: "w1", tags: ["by-hand", tag] };
    expect(
      ownLeftovers(wanted(route), nothingKnown, { worker, route: { id: "r1", script: "sync" } }),
    ).toEqual({ worker: `${accountId}/w1`, route: `${zoneId}/r1` });
    expect(
      ownLeftovers(wanted(domain), nothingKnown, { worker, domain: { id: "d1", service: "sync" } }),
    ).toEqual({ worker: `${accountId}/w1`, domain: `${accountId}/d1` });
  });

  test("is left alone where the state knows it", () => {
    const known = new Set(["cloudflare:index/worker:Worker"]);
    const found = { worker: { id: "w1", tags: [] }, route: { id: "r1", script: "sync" } };
    expect(ownLeftovers(wanted(route), known, found)).toEqual({ route: `${zoneId}/r1` });
  });

  test("is nothing on a first deployment", () => {
    expect(ownLeftovers(wanted(route), nothingKnown, {})).toEqual({});
  });

  // Each would otherwise be taken over without a word: take the refusals away to see it.
  test.each([
    [route, { worker: { id: "w1", tags: [] } }, "it has no tags, not stripe-customer-sync/staging"],
    [
      route,
      { worker: { id: "w1", tags: [ownerTag("production")] } },
      "it has the tags stripe-customer-sync/production, not stripe-customer-sync/staging",
    ],
    [
      route,
      { route: { id: "r1", script: "shop" } },
      "the route sync.example.com/* exists and leads to the Worker shop",
    ],
    [route, { route: { id: "r1" } }, "leads to no Worker"],
    [
      domain,
      { domain: { id: "d1", service: "shop" } },
      "the domain sync.example.com belongs to the Worker shop",
    ],
  ])("is not what belongs to somebody else: %j %j", (exposure, found, words) => {
    expect(() => ownLeftovers(wanted(exposure), nothingKnown, found)).toThrow(words);
    expect(() => ownLeftovers(wanted(exposure), nothingKnown, found)).toThrow(
      "nothing was changed",
    );
  });
});
