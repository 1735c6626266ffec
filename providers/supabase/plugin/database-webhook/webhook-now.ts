import {
  codeDigest,
  functionLabel,
  triggerName,
  WEBHOOK_EVENTS,
  type WebhookDefinition,
  type WebhookEvent,
} from "./definition.ts";
import { argumentsOf, type FoundTrigger, type FoundWebhook } from "./find-webhook.ts";

/** A webhook as it is in the database now. */
export type WebhookNow = WebhookDefinition & {
  readonly code: string;
  readonly foreignWebhooks: readonly string[];
  readonly drift: readonly string[];
};

type Declared = Omit<WebhookDefinition, "name" | "schema" | "table"> & {
  readonly foreignWebhooks: readonly string[];
};

// `pg_trigger.tgtype` of AFTER … FOR EACH STATEMENT: only the bit of the event.
const TRIGGER_TYPE = { INSERT: 4, DELETE: 8, UPDATE: 16 } as const;

/**
 * Puts together what the database says. Where the triggers of two events differ from one another,
 * the one that is not as declared counts.
 *
 * @param declared undefined at an import
 * @returns undefined when nothing is left of the webhook
 */
export function webhookNow(
  place: Pick<WebhookDefinition, "name" | "schema" | "table">,
  found: FoundWebhook,
  declared: Declared | undefined,
): WebhookNow | undefined {
  const own = WEBHOOK_EVENTS.flatMap((event) => {
    const trigger = found.triggers.find(
      ({ name, isOnTable }) => isOnTable && name === triggerName(place.name, event),
    );
    return trigger === undefined ? [] : [{ event, trigger }];
  });
  if (own.length === 0 && found.function === null) return undefined;

  const calls = own.map(({ trigger }) => argumentsOf(trigger));
  const deviant = <Value>(
    values: readonly Value[],
    expected: Value | undefined,
  ): Value | undefined =>
    values.find((value) => JSON.stringify(value) !== JSON.stringify(expected)) ?? expected;
  const others = found.triggers.filter((trigger) => !own.some((each) => each.trigger === trigger));
  const allowed = declared?.foreignWebhooks ?? [];
  const foreign = others
    .filter(({ isOnTable, isWebhook, name }) => isOnTable && isWebhook && !allowed.includes(name))
    .map(({ name }) => name);
  return {
    ...place,
    events: inOrderOf(
      declared?.events ?? [],
      own.map(({ event }) => event),
    ),
    url:
      deviant(
        calls.map(([url = ""]) => url),
        declared?.url,
      ) ?? "",
    secretName:
      deviant(
        calls.map(([, name = ""]) => name),
        declared?.secretName,
      ) ?? "",
    timeoutMs:
      deviant(
        calls.map(([, , ms]) => Number(ms)),
        declared?.timeoutMs,
      ) ?? 0,
    ignoredColumns:
      deviant(
        calls.map((call) => call.slice(3)),
        declared?.ignoredColumns,
      ) ?? [],
    enabled:
      deviant(
        own.map(({ trigger }) => isEnabled(trigger)),
        declared?.enabled,
      ) ?? true,
    foreignWebhooks: [...allowed, ...foreign],
    code: found.function === null ? "" : codeOf(found.function),
    drift: [
      ...functionDrift(place, found),
      ...own.flatMap(({ event, trigger }) =>
        triggerDrift(event, trigger, declared?.enabled ?? true),
      ),
      ...missing(
        place,
        declared?.events ?? [],
        own.map(({ event }) => event),
      ),
      ...others
        .filter(({ isOnTable, ringsThis }) => ringsThis && !isOnTable)
        .map(({ name, table }) => `trigger ${name} on ${table} rings this webhook`),
    ],
  };
}

export function codeOf(found: NonNullable<FoundWebhook["function"]>): string {
  return codeDigest(found.body, found.settings, found.isDefiner);
}

function functionDrift(
  place: Pick<WebhookDefinition, "name" | "schema" | "table">,
  found: FoundWebhook,
): string[] {
  const label = functionLabel(place);
  if (found.function === null) return [`${label} is missing`];
  return found.function.grantees.map(
    (grantee) => `grant EXECUTE on ${label} to ${grantee} was added`,
  );
}

function triggerDrift(event: WebhookEvent, trigger: FoundTrigger, enabled: boolean): string[] {
  const label = `trigger ${trigger.name} on ${trigger.table}`;
  const isAsMade =
    trigger.ringsThis &&
    trigger.type === TRIGGER_TYPE[event] &&
    !trigger.hasCondition &&
    trigger.newTable === (event === "DELETE" ? null : "new_rows") &&
    trigger.oldTable === (event === "INSERT" ? null : "old_rows") &&
    trigger.enabled !== "A";
  if (!isAsMade) return [`${label} changed`];
  if (isEnabled(trigger) === enabled) return [];
  return [`${label} is ${enabled ? "disabled" : "enabled"}`];
}

function missing(
  { name, schema, table }: Pick<WebhookDefinition, "name" | "schema" | "table">,
  declared: readonly WebhookEvent[],
  found: readonly WebhookEvent[],
): string[] {
  return declared
    .filter((event) => !found.includes(event))
    .map((event) => `trigger ${triggerName(name, event)} on ${schema}.${table} is missing`);
}

function isEnabled({ enabled }: FoundTrigger): boolean {
  return enabled === "O" || enabled === "A";
}

// The order of a list is no drift.
function inOrderOf<T>(declared: readonly T[], found: readonly T[]): T[] {
  return [
    ...declared.filter((each) => found.includes(each)),
    ...found.filter((each) => !declared.includes(each)),
  ];
}
