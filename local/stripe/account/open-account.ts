import { join } from "node:path";
import type { StripeTenant } from "../../tenants.ts";
import { Journal } from "../journal/journal.ts";
import type { Runtime } from "../runtime.ts";
import { Account } from "./account.ts";
import { AccountState } from "./account-state.ts";
import type { Change } from "./change.ts";

/**
 * An account with the state that the folder holds, or an empty one.
 *
 * @param stateFolder without it, the state lives in memory only
 * @throws when the folder's file cannot be read or written, or is damaged in the middle
 */
export async function openAccount(
  tenant: StripeTenant,
  runtime: Runtime,
  stateFolder: string | undefined,
): Promise<Account> {
  const state = new AccountState();
  if (stateFolder === undefined) return new Account(tenant, runtime, state);
  const journal = await Journal.open<readonly Change[]>(
    join(stateFolder, `${tenant.accountId}.jsonl`),
    (changes) => {
      for (const change of changes) state.apply(change);
    },
    () => inLines(state.changes(runtime.now())),
  );
  return new Account(tenant, runtime, state, journal);
}

function* inLines(changes: Iterable<Change>): Generator<readonly Change[]> {
  for (const change of changes) yield [change];
}
