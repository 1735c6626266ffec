/** A permission of restricted keys, as `customer_write`; write includes read. */
export type Permission = `${string}_read` | `${string}_write`;

/** A key of an account. */
export interface ApiKey {
  readonly key: string;
  /** Null for a secret key, which may do everything. */
  readonly permissions: readonly Permission[] | null;
}

export function mayDo(key: ApiKey, needed: Permission): boolean {
  if (key.permissions === null) return true;
  const asWrite = needed.replace(/_read$/, "_write");
  return key.permissions.some((permission) => permission === needed || permission === asWrite);
}

/** The name that Stripe's messages use (`rak_` for restricted API key). */
export function permissionName(permission: Permission): string {
  return permission === "account_read" ? "rak_accounts_kyc_basic_read" : `rak_${permission}`;
}

/** Kind and mode of a key and its last four characters, as Stripe's own messages show one. */
export function redactKey(key: string): string {
  const [, prefix = "", rest = key] = /^((?:sk|rk|pk)_(?:test|live)_)?(.*)$/s.exec(key) ?? [];
  const shown = rest.length > 8 ? rest.slice(-4) : "";
  return `${prefix}${"*".repeat(Math.min(Math.max(rest.length - shown.length, 8), 95))}${shown}`;
}
