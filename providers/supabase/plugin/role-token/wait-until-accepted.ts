import { setTimeout as sleep } from "node:timers/promises";
import { type Operation, UserError } from "@stripe-customer-sync/provider-kit";

/** Where a token is going to be used. */
export interface TokenUse {
  /** The project's URL. */
  readonly url: string;
  /** The project's publishable key, which every request needs beside the token. */
  readonly publishableKey: string;
}

const PAUSE_MS = 500;
const REQUEST_MS = 10_000;
/** The platform's own servers keep a project's keys for some minutes. */
const LONGEST_REFUSAL_MS = 15 * 60_000;
/** Longer than a restart of the REST interface. */
const LONGEST_SILENCE_MS = 60_000;

/**
 * Waits until the project's REST interface accepts the token: a new signing key is not known
 * everywhere at once, and whoever is given the token before that is refused.
 *
 * @throws UserError when it is still refused after a quarter of an hour, or nobody answers for a
 *   minute
 */
export async function waitUntilAccepted(
  token: string,
  use: TokenUse,
  { signal, log }: Operation,
): Promise<void> {
  const started = performance.now();
  for (let isFirst = true; ; isFirst = false) {
    const verdict = await ask(token, use, signal);
    if (verdict === "accepted") return;
    const waited = performance.now() - started;
    if (verdict === "refused" && waited > LONGEST_REFUSAL_MS) {
      throw new UserError(
        `${use.url} still refuses the new token (401) after ${LONGEST_REFUSAL_MS / 60_000} ` +
          "minutes: is this the project of projectRef, and publishableKey its key?",
      );
    }
    if (verdict === "silent" && waited > LONGEST_SILENCE_MS) {
      throw new UserError(`${use.url} does not say whether it accepts the new token.`);
    }
    if (isFirst) await log.progress("waiting until the project accepts the new key");
    await sleep(PAUSE_MS, undefined, { signal });
  }
}

/** By a call that no project can serve: an answer other than 401 is not about the token. */
async function ask(
  token: string,
  { url, publishableKey }: TokenUse,
  signal: AbortSignal,
): Promise<"accepted" | "refused" | "silent"> {
  const where = `${url.replace(/\/+$/, "")}/rest/v1/rpc/pulumi_supabase_no_such_function`;
  try {
    const response = await fetch(where, {
      method: "POST",
      redirect: "error", // a redirect would take the token to another host
      headers: {
        "content-type": "application/json",
        apikey: publishableKey,
        authorization: `Bearer ${token}`,
      },
      body: "{}",
      signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS)]),
    });
    await response.arrayBuffer();
    if (response.status === 401) return "refused";
    return response.status < 500 ? "accepted" : "silent";
  } catch {
    signal.throwIfAborted();
    return "silent";
  }
}
