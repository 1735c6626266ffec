import { describe, expect, test } from "vitest";
import { findLeaks } from "./find-leaks.ts";

// Put together here, because what this file says is searched as well.
const made = (...parts: string[]) => parts.join("");

describe("in what a run has said is found", () => {
  test.each([
    ["an e-mail address", made("sign-up of ada", "@", "example.com failed")],
    ["a Stripe key", made("STRIPE_API_KEY=sk", "_live_51Abc")],
    ["a Stripe key", made('{"at":"a\\nrk', '_test_51Abc"}')],
    ["a Stripe signing secret", made("whsec", "_abcdef")],
    ["a Supabase access token", made("token sbp", "_0123")],
    ["a Supabase secret key", made("apikey: sb_", "secret_abc")],
    ["a JSON Web Token", made("eyJhbGciOiJ", "9.eyJyb2xlIjoi.c2ln")],
    ["a bearer token", made("authorization: Bearer ", "abcdef0123456789")],
    ["a made-up secret", made("the token is fake", "-webhook-token")],
  ])("%s", (what, text) => {
    const leaks = findLeaks({ said: [{ source: "a log", text }], secrets: [], files: [] });
    expect(leaks).toMatchObject([{ source: "a log", what }]);
  });

  test("the very value of a secret, whatever it looks like", () => {
    const secret = "correct horse battery";
    const said = [{ source: "a log", text: `opened with ${secret}.` }];
    const [leak] = findLeaks({ said, secrets: [secret], files: [] });
    expect(leak).toEqual({
      source: "a log",
      what: "a secret of a test",
      excerpt: "opened with correc…",
    });
  });
});

test("names, ids, masked keys and hints on what a key looks like are no leaks", () => {
  const text =
    'npm:@pulumi/supabase@0.1.0 {"customer_id":"cus_1Fake","publishable":"sb_publishable_fake"} ' +
    'authorEmail: "operator@example.com"; a restricted key (rk_test_…, rk_live_…); authorization: Bearer [secret]; [secret]; v1:AbC=:xyz';
  expect(findLeaks({ said: [{ source: "a log", text }], secrets: [], files: [] })).toEqual([]);
});
