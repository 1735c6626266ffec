import { createHmac, type webcrypto } from "node:crypto";

/**
 * Has Web Crypto's HMACs made on this thread instead of on others: an invocation that checks a
 * token or a signature then comes to its first call in the turns of the event loop that a world
 * waits for, however busy the machine is. The results are the same.
 *
 * @returns gives the process its own way back
 */
export function signOnThisThread(): () => void {
  const { subtle } = globalThis.crypto;
  const original = { importKey: subtle.importKey, sign: subtle.sign };
  const secrets = new WeakMap<object, Uint8Array>();

  subtle.importKey = (async (...given: Parameters<typeof subtle.importKey>) => {
    const key = await original.importKey.apply(subtle, given);
    if (given[0] === "raw" && key.algorithm.name === "HMAC") {
      secrets.set(key, new Uint8Array(given[1] as Uint8Array));
    }
    return key;
  }) as typeof subtle.importKey;
  subtle.sign = async (algorithm, key, data) => {
    const secret = secrets.get(key);
    if (!secret) return original.sign.call(subtle, algorithm, key, data);
    const { hash } = key.algorithm as webcrypto.HmacKeyAlgorithm;
    const hmac = createHmac(hash.name, secret).update(data as Uint8Array);
    return new Uint8Array(hmac.digest()).buffer;
  };
  return () => {
    Object.assign(subtle, original);
  };
}
