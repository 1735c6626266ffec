import { errors, type JWTPayload } from "jose";

/** Who calls the REST interface, or the answer that turns them away. */
export type Caller =
  | { readonly kind: "known"; readonly claims: Readonly<Record<string, unknown>> }
  | { readonly kind: "refused"; readonly response: Response };

/** How API keys and tokens are told apart. */
export interface Credentials {
  /** The claims of an API key; undefined for an unknown one. */
  readonly claimsOfKey: (key: string) => Readonly<Record<string, unknown>> | undefined;
  /** @throws what jose throws for a token that does not hold */
  readonly verifyToken: (token: string) => Promise<JWTPayload>;
}

/**
 * An API key is always wanted. A token in `Authorization` decides on the role when there is one;
 * clients that have none send the API key there too.
 *
 * @see https://supabase.com/docs/guides/api/api-keys
 */
export async function callerOf(request: Request, credentials: Credentials): Promise<Caller> {
  const key = request.headers.get("apikey") ?? new URL(request.url).searchParams.get("apikey");
  if (key === null) {
    return refused({
      message: "No API key found in request",
      hint: "No `apikey` request header or url param was found.",
    });
  }
  const claims = credentials.claimsOfKey(key);
  if (claims === undefined) {
    return refused({
      message: "Invalid API key",
      hint: "Double check your Supabase `anon` or `service_role` API key.",
    });
  }
  const token = /^Bearer\s+(.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  if (token === undefined || token === key || token.startsWith("sb_")) {
    return { kind: "known", claims };
  }
  try {
    return { kind: "known", claims: { role: "anon", ...(await credentials.verifyToken(token)) } };
  } catch (error) {
    return refused(tokenProblem(error));
  }
}

/** Codes of PostgREST: https://docs.postgrest.org/en/stable/references/errors.html#group-3-jwt */
function tokenProblem(error: unknown): Readonly<Record<string, unknown>> {
  if (error instanceof errors.JWTExpired) {
    return { code: "PGRST303", details: null, hint: null, message: "JWT expired" };
  }
  const message =
    error instanceof errors.JWSSignatureVerificationFailed
      ? "JWSError JWSInvalidSignature"
      : "Expected 3 parts in JWT; got something else";
  return { code: "PGRST301", details: null, hint: null, message };
}

function refused(body: Readonly<Record<string, unknown>>): Caller {
  const headers = { "access-control-allow-origin": "*" };
  return { kind: "refused", response: Response.json(body, { status: 401, headers }) };
}
