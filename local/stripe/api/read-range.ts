import type { ParameterReader } from "../form/parameter-reader.ts";

const MAX_SECONDS = 99_999_999_999;

/**
 * The filter `created`: a time, or bounds `gt`, `gte`, `lt`, `lte`, in Unix seconds.
 *
 * @throws ApiError 400 for other bounds, and for what is no time
 */
export function readRange(parameters: ParameterReader): (object: { created: number }) => boolean {
  if (parameters.isPlain("created")) {
    const exactly = parameters.integer("created", 0, MAX_SECONDS);
    return ({ created }) => created === exactly;
  }
  const hash = parameters.hash("created");
  if (!hash) return () => true;
  const bound = (name: string) => hash.integer(name, 0, MAX_SECONDS);
  const [gt, gte, lt, lte] = [bound("gt"), bound("gte"), bound("lt"), bound("lte")];
  hash.end();
  return ({ created }) =>
    (gt === undefined || created > gt) &&
    (gte === undefined || created >= gte) &&
    (lt === undefined || created < lt) &&
    (lte === undefined || created <= lte);
}
