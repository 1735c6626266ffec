import { setTimeout as sleep } from "node:timers/promises";
import type { OpenStack } from "../stack/open-stack.ts";
import { wait } from "./wait.ts";

/** The webhook's time limit (infra/organization-webhook.ts) and a second: nothing is sent after. */
const RING_MS = 6_000;
const LONGEST_WAIT_MS = 10 * 60_000;

/**
 * Waits until no request that carries the token before is under way, after the database has been
 * given the new one. A transaction that was open at that time may have read the old one; it stands
 * in pg_net's queue when that transaction commits, and is on its way for the webhook's time limit.
 *
 * @param secretName of the token in Vault
 */
export async function waitForRings(
  stack: OpenStack,
  secretName: string | undefined,
  say: (what: string) => void,
): Promise<void> {
  const [now] = await stack.sql<{ next: string }>(
    "select pg_snapshot_xmax(pg_current_snapshot())::text as next",
    undefined,
    { purpose: "look for open transactions" },
  );
  const limit = {
    milliseconds: LONGEST_WAIT_MS,
    advice: (left: string) =>
      `Still waiting for ${left} after ${LONGEST_WAIT_MS / 60_000} minutes, so the old token is ` +
      "still accepted. See what holds it up in the database, then run this again.",
  };
  await wait(() => olderTransactions(stack, now?.next ?? ""), limit, say);
  await wait(() => queuedRings(stack, secretName ?? ""), limit, say);
  say("requests that are on their way");
  await sleep(RING_MS);
}

async function olderTransactions(stack: OpenStack, next: string): Promise<string | undefined> {
  const [found] = await stack.sql<{ over: boolean }>(
    "select pg_snapshot_xmin(pg_current_snapshot()) >= $1::text::xid8 as over",
    [next],
    { purpose: "look for open transactions" },
  );
  return found?.over === true ? undefined : "a transaction that began before the new token";
}

/** The tokens are compared in the database, and none is told. */
async function queuedRings(stack: OpenStack, secretName: string): Promise<string | undefined> {
  const [queue] = await stack.sql<{ exists: boolean }>(
    "select to_regclass('net.http_request_queue') is not null as exists",
    undefined,
    { purpose: "look for pg_net" },
  );
  if (queue?.exists !== true) return undefined;
  const [found] = await stack.sql<{ queued: number }>(
    `select count(*)::int as queued from net.http_request_queue
     where url = $1::text and headers ->> 'Authorization' is distinct from 'Bearer ' || (
       select decrypted_secret from vault.decrypted_secrets where name = $2::text
     )`,
    [`${stack.worker.url}/webhooks/supabase`, secretName],
    { purpose: "count the webhook's requests" },
  );
  const queued = found?.queued ?? 0;
  return queued === 0 ? undefined : `${queued} requests in pg_net's queue`;
}
