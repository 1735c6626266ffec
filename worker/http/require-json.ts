import { Refusal } from "./refusal.ts";

/**
 * Refuses a body that does not call itself JSON.
 *
 * @throws Refusal 415.
 */
export function requireJson(request: Request): void {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    throw new Refusal(415, "unsupported_media_type", "The content type must be application/json.");
  }
}
