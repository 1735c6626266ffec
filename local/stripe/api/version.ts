import { ApiError } from "./api-error.ts";

/** The account's default version: that of the pinned `stripe` package. */
export const API_VERSION = "2026-10-28.endive";

/**
 * The version that a request asks for in its header Stripe-Version.
 *
 * @throws ApiError 400 for what is no version
 */
export function requestedVersion(header: string | undefined): string {
  if (header === undefined) return API_VERSION;
  if (/^\d{4}-\d{2}-\d{2}(\.[a-z]+)?$/.test(header)) return header;
  throw ApiError.invalid(`Invalid Stripe API version: ${header.slice(0, 40)}`);
}
