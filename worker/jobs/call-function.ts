import * as v from "valibot";
import { REST_CALL_MS } from "../limits.ts";
import type { Settings } from "../settings/settings.ts";
import { JobsError, type JobsErrorKind } from "./jobs-error.ts";

/**
 * Calls a database function with named arguments and checks the shape of its answer.
 *
 * @throws JobsError
 */
export type CallFunction = <Schema extends v.GenericSchema>(
  name: string,
  args: Readonly<Record<string, unknown>>,
  answer: Schema,
) => Promise<v.InferOutput<Schema>>;

/** Calls through PostgREST (https://docs.postgrest.org/en/stable/references/api/functions.html). */
export function createCallFunction(
  supabase: Settings["supabase"],
  fetch: typeof globalThis.fetch,
): CallFunction {
  const headers = { "content-type": "application/json", ...credentials(supabase) };
  return async (name, args, answer) => {
    const { status, body } = await post(`${supabase.url}/rest/v1/rpc/${name}`, args);
    if (status !== 200) throw refusedCall(name, status, body);
    const parsed = v.safeParse(answer, body);
    if (!parsed.success) {
      const path = v.getDotPath(parsed.issues[0]) ?? "the answer";
      throw new JobsError("unreadable", name, { status, what: `${path} has an unknown shape` });
    }
    return parsed.output;

    async function post(url: string, content: unknown): Promise<{ status: number; body: unknown }> {
      try {
        const response = await fetch(url, {
          method: "POST",
          headers,
          body: JSON.stringify(content),
          signal: AbortSignal.timeout(REST_CALL_MS),
        });
        const text = await response.text();
        return { status: response.status, body: json(text) };
      } catch (cause) {
        const what = isTimeout(cause) ? `no answer within ${REST_CALL_MS} ms` : "not reachable";
        throw new JobsError("unavailable", name, { what }, { cause });
      }
    }
  };
}

/**
 * A key of the form `sb_secret_…` is no JWT: it goes into `apikey` alone, and the gateway makes
 * the role's token of it (https://supabase.com/docs/guides/api/api-keys).
 */
function credentials({ key, publishableKey }: Settings["supabase"]): Record<string, string> {
  return key.startsWith("sb_secret_")
    ? { apikey: key }
    : { apikey: publishableKey, authorization: `Bearer ${key}` };
}

function refusedCall(name: string, status: number, body: unknown): JobsError {
  const { success, output } = v.safeParse(
    v.object({ code: v.pipe(v.string(), v.regex(/^\w{1,32}$/)) }),
    body,
  );
  const code = success ? output.code : undefined;
  const what = code === undefined ? `HTTP ${status}` : `HTTP ${status}, code ${code}`;
  return new JobsError(kind(status), name, { status, code, what });
}

/** 401, 403: the credential; 404 and the other 4xx: the installed functions. */
function kind(status: number): JobsErrorKind {
  return status >= 400 && status < 500 && status !== 408 && status !== 429
    ? "refused"
    : "unavailable";
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === "TimeoutError";
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
