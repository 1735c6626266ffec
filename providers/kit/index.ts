export { checkProperties } from "./check-properties.ts";
export { type DiffKind, type DiffResult, diffProperties } from "./diff-properties.ts";
export type { EngineLog } from "./engine-log.ts";
export { fingerprint } from "./fingerprint.ts";
export { PartialFailure } from "./partial-failure.ts";
export type { CheckFailure, CheckResult, Properties } from "./properties.ts";
export type {
  Change,
  Operation,
  ProviderDefinition,
  ProviderFunction,
  ResourceType,
  Stored,
} from "./provider-definition.ts";
export { REDACTED, redact } from "./redact.ts";
export { type JsonRequest, RequestError, requestJson } from "./request-json.ts";
export {
  RETRY_LIMIT_VARIABLE,
  type RetryAdvice,
  type RetryOptions,
  retry,
  retryAfterMilliseconds,
} from "./retry.ts";
export {
  flag,
  integer,
  list,
  oneOf,
  optional,
  type Rule,
  record,
  secret,
  shape,
  text,
  url,
} from "./rules.ts";
export { runPlugin } from "./run-plugin.ts";
export { type ProviderServer, serveProvider } from "./serve-provider.ts";
export { containsUnknown, UNKNOWN } from "./unknown.ts";
export { UserError } from "./user-error.ts";
