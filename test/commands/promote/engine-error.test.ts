import { expect, test } from "vitest";
import { engineError } from "../../../commands/promote/engine-error.ts";

const failed = (output: string) => engineError({ exitCode: 1, output });

test("a broken rule is named with its words, and advice is left out", () => {
  expect(
    failed(`Previewing update (production):
Policies:
    stripe-customer-sync@v0.1.0
        - [mandatory]  route-is-own  (cloudflare:index:WorkersRoute: sync-worker)
          No route, domain or Worker belongs to two stacks.
          The route a.example.com/* belongs to stack staging too: choose another.
        - [advisory]  bindings-are-secret  (cloudflare:index:WorkerVersion: sync-worker)
          can't run policy 'bindings-are-secret' during preview

Diagnostics:
  pulumi:pulumi:Stack (stripe-customer-sync-production):
    error: preview failed
`),
  ).toBe(
    "policy route-is-own (cloudflare:index:WorkersRoute: sync-worker) No route, domain or Worker belongs to two stacks. The route a.example.com/* belongs to stack staging too: choose another.",
  );
});

test("an error is told once, in one line, without its frame and without a key", () => {
  expect(
    failed(`Updating (production):
 +  live-worker:index:LiveCheck live-check creating (1s) error: Not live.
Diagnostics:
  live-worker:index:LiveCheck (live-check):
    error: Not live:
      schedules: none; key sk_live_fake1234567890

  pulumi:pulumi:Stack (stripe-customer-sync-production):
    error: update failed

Resources:
    + 1 created
`),
  ).toMatch(/^Not live: schedules: none; key (?!sk_live_fake)\S+$/);
});

test("what is no report of an update is told whole", () => {
  expect(failed("error: no stack named 'nowhere' found\n")).toBe("no stack named 'nowhere' found");
  expect(failed("something else\n")).toBe("something else");
});
