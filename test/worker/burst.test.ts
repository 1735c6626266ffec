import { expect, test } from "vitest";
import { captureLog } from "./captured-log.ts";
import { wholePaths } from "./whole-path.ts";

const PACE_PER_SECOND = 20;
const SIGN_UPS = 40;

const log = captureLog();
const path = wholePaths();

// Seen to fail without pullInBackground() in routes/supabase-webhook.ts: what the pace held back
// waits for the cron.
test("a burst of sign-ups is worked off at the pace behind its webhooks, without one 429", async () => {
  const { database, stripe, worker, creates, linked } = await path();
  const organizations: string[] = [];
  for (let count = 0; count < SIGN_UPS; count++) organizations.push(await database.signUp());
  const started = Date.now();
  await Promise.all(organizations.map((organization) => worker.ring(organization)));
  const seconds = (Date.now() - started) / 1000;

  for (const organization of organizations) expect(await linked(organization)).not.toBeNull();
  expect(stripe.customers()).toHaveLength(SIGN_UPS);
  expect(creates()).toHaveLength(SIGN_UPS);
  expect(log.lines("failed")).toEqual([]);
  // The bucket gives a quarter of a second's worth at once.
  expect(seconds).toBeGreaterThan(SIGN_UPS / PACE_PER_SECOND - 0.5);
});
