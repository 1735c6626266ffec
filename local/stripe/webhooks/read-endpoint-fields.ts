import { ApiError } from "../api/api-error.ts";
import type { ParameterReader } from "../form/parameter-reader.ts";

/** @throws ApiError 400 `url_invalid` for what is no http(s) address */
export function readUrl(parameters: ParameterReader): string | undefined {
  const url = parameters.string("url") ?? undefined;
  // Stripe itself also refuses addresses that it cannot reach, such as 127.0.0.1.
  if (url === undefined || (/^https?:\/\//.test(url) && URL.canParse(url))) return url;
  throw ApiError.invalid("Invalid URL: An explicit scheme (such as https) must be provided.", {
    code: "url_invalid",
    param: "url",
  });
}

/** @throws ApiError 400 for an empty list, and for what cannot be an event's type */
export function readEnabledEvents(parameters: ParameterReader): string[] | undefined {
  const events = parameters.list("enabled_events");
  if (events === undefined) return undefined;
  if (events === null || events.length === 0) {
    throw ApiError.invalid("You must provide at least one event in enabled_events.", {
      param: "enabled_events",
    });
  }
  const wrong = events.findIndex((type) => !/^(\*|[a-z_0-9]+(\.[a-z_0-9]+)+)$/.test(type));
  if (wrong < 0) return [...new Set(events)];
  throw ApiError.invalid(`Invalid enabled_events[${wrong}]: must be the type of an event, or *`, {
    param: `enabled_events[${wrong}]`,
  });
}
