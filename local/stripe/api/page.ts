import type { ParameterReader } from "../form/parameter-reader.ts";
import { ApiError } from "./api-error.ts";
import type { Dated, NewestFirst } from "./newest-first.ts";

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 100;

/** Which part of a list is wanted (https://docs.stripe.com/api/pagination). */
export interface Paging {
  readonly limit: number;
  readonly startingAfter: string | undefined;
  readonly endingBefore: string | undefined;
}

/** @throws ApiError 400 for a limit outside 1 to 100, and for both cursors at once */
export function readPaging(parameters: ParameterReader): Paging {
  const paging = {
    limit: readLimit(parameters),
    startingAfter: parameters.string("starting_after") ?? undefined,
    endingBefore: parameters.string("ending_before") ?? undefined,
  };
  if (paging.startingAfter === undefined || paging.endingBefore === undefined) return paging;
  throw ApiError.invalid("You can only pass one of starting_after and ending_before.", {
    param: "starting_after",
  });
}

/** @throws ApiError 400 outside 1 to 100 */
export function readLimit(parameters: ParameterReader): number {
  return parameters.integer("limit", 1, MAX_LIMIT) ?? DEFAULT_LIMIT;
}

interface List<T extends Dated> {
  readonly objects: NewestFirst<T>;
  readonly paging: Paging;
  readonly url: string;
  /** What the list holds, as the messages name it. */
  readonly kind: string;
  /** Default: all do. */
  readonly fits?: (object: T) => boolean;
  /** What is shown of an object. Default: all of it. */
  readonly show?: (object: T) => object;
}

/**
 * One page, newest first.
 *
 * @throws ApiError 400 when the cursor is no object's id
 */
export function page<T extends Dated>(list: List<T>): object {
  const { objects, paging, url, kind, fits = () => true, show = (object) => object } = list;
  const { limit, startingAfter, endingBefore } = paging;
  const walk =
    endingBefore === undefined
      ? objects.newestFirst(startingAfter === undefined ? undefined : { after: startingAfter })
      : objects.newerThan(endingBefore);
  if (!walk) throw noSuchCursor(kind, paging);
  const data: object[] = [];
  let hasMore = false;
  for (const object of walk) {
    if (!fits(object)) continue;
    hasMore = data.length === limit;
    if (hasMore) break;
    data.push(show(object));
  }
  if (endingBefore !== undefined) data.reverse();
  return { object: "list", url, has_more: hasMore, data };
}

function noSuchCursor(kind: string, { startingAfter, endingBefore }: Paging): ApiError {
  return ApiError.invalid(`No such ${kind}: '${startingAfter ?? endingBefore}'`, {
    code: "resource_missing",
    param: startingAfter === undefined ? "ending_before" : "starting_after",
  });
}
