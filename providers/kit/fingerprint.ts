import { createHmac } from "node:crypto";

/**
 * A short, keyed digest of a secret, by which two copies can be compared where the secret itself
 * must not be shown: the first 16 hexadecimal characters of HMAC-SHA256(key, name NUL value).
 * The name is in it so that equal values of two secrets do not look equal.
 */
export function fingerprint(key: string, name: string, value: string): string {
  return createHmac("sha256", key).update(`${name}\0${value}`).digest("hex").slice(0, 16);
}
