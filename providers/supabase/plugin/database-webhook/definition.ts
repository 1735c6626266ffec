import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { OWN_SCHEMA } from "../own-schema.ts";

/** What a webhook is in the database: a function and one trigger for each event. */
export type WebhookDefinition = {
  readonly name: string;
  readonly schema: string;
  readonly table: string;
  readonly events: readonly WebhookEvent[];
  readonly url: string;
  readonly secretName: string;
  readonly timeoutMs: number;
  readonly ignoredColumns: readonly string[];
  readonly enabled: boolean;
};

export const WEBHOOK_EVENTS = ["INSERT", "UPDATE", "DELETE"] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** Bytes that a trigger's and the function's name need beside the webhook's own. */
export const LONGEST_NAME_BYTES = 63 - "_12345678".length;

/**
 * A ring must not wait for a lock that somebody holds on Vault or on pg_net's queue: the
 * statement would wait with it.
 */
const LOCK_TIMEOUT = "50ms";

/** The trigger function: body, and what of `pg_proc` decides how it runs. */
export const ringFunction = {
  body: readFileSync(new URL("ring.sql", import.meta.url), "utf8"),
  settings: [`search_path=""`, `lock_timeout=${LOCK_TIMEOUT}`],
  sqlSettings: `set search_path = '' set lock_timeout = '${LOCK_TIMEOUT}'`,
};

/** Changes whenever the function's body or settings do; 12 hexadecimal characters. */
export function codeDigest(body: string, settings: readonly string[], isDefiner: boolean): string {
  const code = JSON.stringify([body, [...settings].sort(), isDefiner]);
  return createHash("sha256").update(code).digest("hex").slice(0, 12);
}

/** The code as this version of the provider writes it. */
export const currentCode = codeDigest(ringFunction.body, ringFunction.settings, true);

type Place = Pick<WebhookDefinition, "name" | "schema" | "table">;

/** Unique for a webhook: its name alone may occur on several tables. */
export function functionName({ name, schema, table }: Place): string {
  const digest = createHash("sha256").update(`${schema}/${table}/${name}`).digest("hex");
  return `${name}_${digest.slice(0, 8)}`;
}

/** As messages call the function. */
export function functionLabel(place: Place): string {
  return `function ${OWN_SCHEMA}.${functionName(place)}()`;
}

export function triggerName(name: string, event: WebhookEvent): string {
  return `${name}_${event.toLowerCase()}`;
}

/** The arguments with which the triggers call the function; no secret is among them. */
export function triggerArguments(definition: WebhookDefinition): string[] {
  const { url, secretName, timeoutMs, ignoredColumns } = definition;
  return [url, secretName, String(timeoutMs), ...ignoredColumns];
}
