import { UNKNOWN } from "@stripe-customer-sync/provider-kit";
import { WORKER_VERSION } from "../../policy/resource-types.ts";
import type { Finding } from "../plan/findings.ts";
import type { ResourceChange } from "./resource-change.ts";
import { type Sentence, say } from "./sentence.ts";

const LIVE_CHECK = "live-worker:index:LiveCheck";
const VAULT_SECRET = "supabase:index:VaultSecret";

/**
 * Which secrets change, by name and keyed fingerprint: the only thing that a plan tells of them.
 *
 * @param drift a secret that other hands changed is put back rather than changed
 */
export function secretsOf(
  changes: readonly ResourceChange[],
  drift: readonly Finding[],
): Sentence[] {
  const isRemade = changes.some(({ type, op }) => type === WORKER_VERSION && op !== "delete");
  return changes.flatMap((change) => {
    if (change.type === LIVE_CHECK) return bindings(change, changedByHand(drift), isRemade);
    if (change.type === VAULT_SECRET) return vaultSecret(change);
    return [];
  });
}

function bindings(
  { op, before, after }: ResourceChange,
  byHand: ReadonlySet<string>,
  isRemade: boolean,
): Sentence[] {
  if (op === "delete") return [];
  const [old, now] = [fingerprints(before.fingerprints), fingerprints(after.fingerprints)];
  if (now === undefined) {
    return op === "create"
      ? [say`The Worker gets its secrets; their fingerprints are known after the update.`]
      : [say`Which secrets of the Worker change is known only during the update.`];
  }
  if (op === "create") return [say`The Worker gets the secrets ${Object.keys(now)}.`];
  const names = [...new Set([...Object.keys(old ?? {}), ...Object.keys(now)])].sort();
  return names
    .filter((name) => old?.[name] !== now[name])
    .map((name) => binding(name, old?.[name], now[name], { isByHand: byHand.has(name), isRemade }));
}

function binding(
  name: string,
  old: string | undefined,
  now: string | undefined,
  { isByHand, isRemade }: { isByHand: boolean; isRemade: boolean },
): Sentence {
  if (isByHand && !isRemade) {
    return say`Worker ${name} was changed by hand, and this update alone does not put it back.`;
  }
  if (isByHand) return say`Worker ${name} was changed by hand and gets the stack's value again.`;
  if (old === undefined) return say`Worker ${name} is new, fingerprint ${known(now)}.`;
  if (now === undefined) return say`Worker ${name} is removed, fingerprint ${old}.`;
  return say`Worker ${name} changes, fingerprint ${old} becomes ${known(now)}.`;
}

function vaultSecret({ op, before, after, differing }: ResourceChange): Sentence[] {
  if (op === "create") return [say`Vault ${after.name} is new.`];
  if (op === "delete") return [say`Vault ${before.name} is removed.`];
  if (!differing.has("fingerprint") && !differing.has("value")) return [];
  return [
    say`Vault ${after.name} changes, fingerprint ${before.fingerprint} becomes ${known(after.fingerprint)}.`,
  ];
}

function changedByHand(drift: readonly Finding[]): ReadonlySet<string> {
  const paths = drift
    .filter(({ type }) => type === LIVE_CHECK)
    .flatMap(({ properties }) => properties.map(({ path }) => path));
  return new Set(paths.flatMap((path) => /^fingerprints\.(\w+)$/.exec(path)?.slice(1) ?? []));
}

function fingerprints(value: unknown): Readonly<Record<string, string>> | undefined {
  return typeof value === "object" && value !== null
    ? (value as Record<string, string>)
    : undefined;
}

function known(value: unknown): unknown {
  return value === UNKNOWN ? "known after the update" : value;
}
