import { expect, test } from "vitest";
import { tenants } from "../../local/tenants.ts";
import { PLAIN_BINDINGS } from "../../worker/settings/bindings.ts";
import { testBindings } from "../worker/bindings.ts";
import { findLeaks } from "./find-leaks.ts";
import { RECORD_FOLDER, type Recorded, readRecords } from "./record.ts";

/** What must have been heard where tests of a room ran; else the search would be of nothing. */
const expected: Record<string, readonly string[]> = {
  "test/worker/": ["Worker log", "Worker answer"],
  "test/simulation/": ["Worker log"],
  "test/providers/kit/": ["provider's answer"],
  "test/stacks/engine/": ["Worker log", "output of pulumi", "state file"],
};

// Runs after all other files of the run (vitest.config.ts). Seen to fail with a provider's answer
// that held a key which a program had put into the wrong property, and with the engine's own output
// of a stack's secrets.
test("nothing that this run has said, logged, answered or stored holds a secret or an e-mail address", () => {
  const run = readRecords(process.env[RECORD_FOLDER] ?? "");
  const secrets = [...run.secrets, ...fixtures()];
  expect(notHeard(run)).toEqual([]);
  expect(findLeaks({ ...run, secrets }).slice(0, 20)).toEqual([]);
});

function fixtures(): string[] {
  const bindings = Object.entries(testBindings).flatMap(([name, value]) =>
    typeof value === "string" && !PLAIN_BINDINGS.has(name) ? [value] : [],
  );
  return [
    ...bindings,
    ...tenants.flatMap(({ cloudflare, supabase, stripe }) => [
      cloudflare.apiToken,
      supabase.accessToken,
      supabase.jwtSecret,
      stripe.secretKey,
      stripe.restrictedKey,
    ]),
  ];
}

function notHeard({ said, files }: Recorded): string[] {
  const heard = new Set(said.map(({ source }) => source));
  return Object.entries(expected).flatMap(([room, sources]) =>
    files.some((file) => file.includes(room))
      ? sources.filter((source) => !heard.has(source)).map((source) => `${room}: ${source}`)
      : [],
  );
}
