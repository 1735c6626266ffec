import { ApiError } from "../api/api-error.ts";

/** Parameters as Stripe reads them: `a[b][c]=1` nests, `a[]=1` and `a[0]=1` make a list. */
export type Form = Map<string, FormValue>;
export type FormValue = string | Form;

const MAX_DEPTH = 8;

/**
 * Reads a query string or an `application/x-www-form-urlencoded` body.
 *
 * @throws ApiError 400 for names whose brackets do not match, and for a name that is used both
 *   for a value and for a hash
 */
export function parseForm(encoded: string): Form {
  const form: Form = new Map();
  for (const [name, value] of new URLSearchParams(encoded)) put(form, name, value);
  return form;
}

/** One text for all orders of the same parameters: what an idempotency key is compared by. */
export function canonicalForm(form: Form): string {
  const plain = (value: FormValue): unknown =>
    typeof value === "string" ? value : [...value].sort(byName).map(([k, v]) => [k, plain(v)]);
  return JSON.stringify(plain(form));
}

function byName([a]: [string, FormValue], [b]: [string, FormValue]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function put(form: Form, name: string, value: string): void {
  const path = pathOf(name);
  const last = path.pop() ?? "";
  let at = form;
  for (const part of path) {
    const key = part === "" ? String(at.size) : part;
    const next = at.get(key) ?? new Map<string, FormValue>();
    if (typeof next === "string") throw malformed(name);
    at.set(key, next);
    at = next;
  }
  const key = last === "" && path.length > 0 ? String(at.size) : last;
  if (at.get(key) instanceof Map) throw malformed(name);
  at.set(key, value);
}

/** `a[b][c]` → a, b, c. */
function pathOf(name: string): string[] {
  const match = /^([^[\]]*)((?:\[[^[\]]*\])*)$/.exec(name);
  if (!match) throw malformed(name);
  const [, head = "", tail = ""] = match;
  const path = [head, ...Array.from(tail.matchAll(/\[([^[\]]*)\]/g), ([, part = ""]) => part)];
  if (path.length > MAX_DEPTH) throw malformed(name);
  return path;
}

function malformed(name: string): ApiError {
  return ApiError.invalid(`Invalid parameter name: ${name.slice(0, 60)}.`, {
    param: name.split("[", 1)[0] ?? "",
  });
}
