import type { Context } from "hono";
import { ApiError, apiCode } from "../account/api-error.ts";

/** How the API wraps every answer. */
export interface Envelope {
  readonly success: boolean;
  readonly errors: readonly { readonly code: number; readonly message: string }[];
  readonly messages: readonly string[];
  readonly result: unknown;
}

/** An answer with its result. Deletions answer so too: clients take an empty body for an error. */
export function success(c: Context, result: unknown): Response {
  return c.json({ success: true, errors: [], messages: [], result } satisfies Envelope);
}

/** A page of a list: everything on the first one, since pagers ask on until one is empty. */
export function page(c: Context, all: readonly unknown[]): Response {
  const number = Number(c.req.query("page") ?? 1);
  const result = number > 1 ? [] : all;
  return c.json({
    success: true,
    errors: [],
    messages: [],
    result,
    result_info: {
      page: number,
      per_page: Math.max(all.length, 1),
      count: result.length,
      total_count: all.length,
      total_pages: 1,
    },
  });
}

/** A refusal; anything that is not one is a bug of the local cloud, and is shown with its stack. */
export function failure(c: Context, error: unknown): Response {
  const status = error instanceof ApiError ? error.status : 500;
  const code = error instanceof ApiError ? error.code : 10013;
  const message = error instanceof Error ? error.message : String(error);
  if (status === 500) console.error("The local Cloudflare API failed:", error);
  return c.json(
    { success: false, errors: [{ code, message }], messages: [], result: null } satisfies Envelope,
    status,
  );
}

/**
 * The request's JSON object or list.
 *
 * @throws ApiError 400 with code 10026 when it is neither
 */
export async function jsonBody(c: Context): Promise<Record<string, unknown>> {
  const body: unknown = await c.req.json().catch(() => undefined);
  if (typeof body === "object" && body !== null) return body as Record<string, unknown>;
  throw new ApiError(
    400,
    apiCode.unreadableBody,
    "Could not parse request body. Please ensure the request is valid and try again.",
  );
}
