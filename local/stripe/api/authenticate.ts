import type { Account } from "../account/account.ts";
import { ApiError } from "./api-error.ts";
import { type ApiKey, mayDo, type Permission, permissionName, redactKey } from "./api-key.ts";

/** Whose request it is. */
export interface Caller {
  readonly account: Account;
  readonly key: ApiKey;
}

/**
 * The account whose key the Authorization header has, as a bearer token or as a user's name.
 *
 * @throws ApiError 401 for no key, an unknown one and a revoked one, which it shows redacted
 */
export function authenticate(
  accounts: readonly Account[],
  authorization: string | undefined,
): Caller {
  const text = keyIn(authorization ?? "");
  if (text === undefined) throw unauthorized(NO_KEY);
  for (const account of accounts) {
    const found = account.findKey(text);
    if (found?.revoked) {
      throw unauthorized(`Expired API Key provided: ${redactKey(text)}`, "api_key_expired");
    }
    if (found) return { account, key: found.key };
  }
  throw unauthorized(`Invalid API Key provided: ${redactKey(text)}`);
}

/** @throws ApiError 403 that names the account and the permission, when a restricted key lacks it */
export function authorize({ account, key }: Caller, needed: Permission): void {
  if (mayDo(key, needed)) return;
  throw new ApiError(403, {
    type: "invalid_request_error",
    message: `The provided key '${redactKey(key.key)}' does not have the required permissions for this endpoint on account '${account.tenant.accountId}'. Having the '${permissionName(needed)}' permission would allow this request to continue.`,
  });
}

const NO_KEY =
  "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://docs.stripe.com/api/authentication for details.";

function keyIn(authorization: string): string | undefined {
  const [, scheme = "", value = ""] = /^(\S+) +(\S+) *$/.exec(authorization) ?? [];
  if (scheme.toLowerCase() === "bearer") return value;
  if (scheme.toLowerCase() !== "basic") return undefined;
  const [user] = Buffer.from(value, "base64").toString("utf8").split(":", 1);
  return user || undefined;
}

function unauthorized(message: string, code?: string): ApiError {
  return new ApiError(
    401,
    { type: "invalid_request_error", message, ...(code && { code }) },
    { "WWW-Authenticate": 'Basic realm="Stripe"' },
  );
}
