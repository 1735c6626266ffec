import { Refusal } from "./refusal.ts";
import { sameSecret } from "./same-secret.ts";

/**
 * Refuses a request whose `Authorization: Bearer …` is none of the accepted tokens. All of them
 * are compared each time, so that the time says nothing about which one was nearly right.
 *
 * @throws Refusal 401.
 */
export async function requireBearer(request: Request, accepted: readonly string[]): Promise<void> {
  const given = /^bearer +(\S+) *$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  const same = await Promise.all(accepted.map((token) => sameSecret(given ?? "", token)));
  if (given === undefined || !same.includes(true)) {
    throw new Refusal(401, "unauthorized", "The bearer token is missing or not accepted.");
  }
}
