/** What stands in a text in place of a secret. */
export const REDACTED = "[secret]";

// Shorter values would make a text unreadable and are no secrets worth the name.
const shortestSecretCharacters = 4;

// Without a word's boundary before them: in JSON the letter of an escaped line break stands there.
const secretShapes: readonly RegExp[] = [
  /(?:sk|rk)_(?:live|test)_[A-Za-z0-9_]+/g,
  /whsec_[A-Za-z0-9_+/=]+/g,
  /sbp_[A-Za-z0-9_]+/g,
  /sb_secret_[A-Za-z0-9_-]+/g,
  /eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g,
  // Long enough that plain words, as in "bearer token", stay.
  /(?<=\bBearer )[^\s"',]{8,}/gi,
  /(?<=:\/\/)[^\s/@"']+(?=@)/g,
];

/**
 * The text with every given secret, and everything that looks like a key of the vendors that
 * this project talks to, replaced.
 */
export function redact(text: string, secrets: Iterable<string>): string {
  const longestFirst = [...new Set(secrets)]
    .filter((secret) => secret.length >= shortestSecretCharacters)
    .sort((a, b) => b.length - a.length);
  const withoutValues = longestFirst
    .flatMap((secret) => spellings(secret))
    .reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text);
  return secretShapes.reduce((rest, shape) => rest.replace(shape, REDACTED), withoutValues);
}

/** Every text in the value, at any depth. */
export function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

// A secret comes back JSON- or URL-encoded when an error quotes a body or an address.
function spellings(secret: string): string[] {
  const encoded = [JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret.toWellFormed())];
  return [...new Set([secret, ...encoded])].sort((a, b) => b.length - a.length);
}
