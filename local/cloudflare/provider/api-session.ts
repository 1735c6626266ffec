import {
  type CheckResult,
  checkProperties,
  optional,
  type Properties,
  secret,
  text,
  UserError,
  url,
} from "@stripe-customer-sync/provider-kit";
import Cloudflare from "cloudflare";
import { fromApi } from "./field-names.ts";

/** What the resources work with: the official client, logged in. */
export interface ApiSession {
  readonly client: Cloudflare;
}

/** The official provider refuses any other token before its first call. */
const TOKEN = /^[0-9A-Za-z_-]{40,80}$/;

export function checkConfig(news: Properties): CheckResult {
  // The engine sends the version that a program's SDK asks for among the configuration.
  const { version: _, ...config } = news;
  return checkProperties(withEnvironment(config), {
    apiToken: secret(text({ pattern: TOKEN, like: "40 to 80 characters of 0-9A-Za-z_-" })),
    baseUrl: optional(url()),
  });
}

/** @throws UserError without a token */
export function configure(config: Properties): ApiSession {
  const { apiToken, baseUrl } = withEnvironment(config);
  if (typeof apiToken !== "string") {
    throw new UserError("Set cloudflare:apiToken (or CLOUDFLARE_API_TOKEN) to an API token.");
  }
  const client = new Cloudflare({
    apiToken,
    ...(typeof baseUrl === "string" && { baseURL: baseUrl }),
  });
  return { client };
}

/**
 * Makes a call and gives its answer with a program's names.
 *
 * @throws UserError with the API's own status, codes and messages
 */
export async function call(doing: string, answer: Promise<unknown>): Promise<Properties> {
  try {
    return (fromApi(await answer) ?? {}) as Properties;
  } catch (error) {
    if (!(error instanceof Cloudflare.APIError)) throw error;
    throw new UserError(`${doing}: ${error.message}`, { cause: error });
  }
}

/** As `call`; undefined when the API answers 404. */
export async function callOrGone(
  doing: string,
  answer: Promise<unknown>,
): Promise<Properties | undefined> {
  try {
    return await call(doing, answer);
  } catch (error) {
    if (error instanceof Error && error.cause instanceof Cloudflare.NotFoundError) return undefined;
    throw error;
  }
}

function withEnvironment(config: Properties): Properties {
  const { CLOUDFLARE_API_TOKEN, CLOUDFLARE_BASE_URL } = process.env;
  return {
    ...(CLOUDFLARE_API_TOKEN !== undefined && { apiToken: CLOUDFLARE_API_TOKEN }),
    ...(CLOUDFLARE_BASE_URL !== undefined && { baseUrl: CLOUDFLARE_BASE_URL }),
    ...config,
  };
}
