/**
 * Keyed fingerprint of a secret binding: the first 16 hexadecimal characters of
 * HMAC-SHA256(key, name, NUL, value). Two sides that know the key can compare a secret without
 * showing it; the name keeps equal values of two bindings apart.
 */
export async function fingerprint(key: string, name: string, value: string): Promise<string> {
  const encoder = new TextEncoder();
  const hmac = await crypto.subtle.importKey(
    "raw",
    encoder.encode(key),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  const digest = await crypto.subtle.sign("HMAC", hmac, encoder.encode(`${name}\0${value}`));
  return [...new Uint8Array(digest)]
    .slice(0, 8)
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}
