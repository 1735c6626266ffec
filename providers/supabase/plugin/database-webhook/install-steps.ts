import type { Step } from "../in-one-transaction.ts";
import { createOwnSchema, dropOwnSchemaIfEmpty, OWN_SCHEMA } from "../own-schema.ts";
import { dollarQuoted, identifier, literal, qualified } from "../sql-text.ts";
import {
  functionName,
  ringFunction,
  triggerArguments,
  triggerName,
  WEBHOOK_EVENTS,
  type WebhookDefinition,
  type WebhookEvent,
} from "./definition.ts";

/**
 * Steps that make the webhook anew, whatever was left of it.
 *
 * @param unwanted names of other triggers on the table to drop
 */
export function installSteps(definition: WebhookDefinition, unwanted: readonly string[]): Step[] {
  const { schema, table, events, enabled } = definition;
  return [
    { name: "table", sql: refuseTableWithoutId(definition) },
    { name: "schema", sql: createOwnSchema },
    ...removeSteps(definition),
    { name: "function", sql: createFunction(definition) },
    ...events.map((event) => ({
      name: `trigger on ${event}`,
      sql: createTrigger(definition, event),
    })),
    ...events
      .filter(() => !enabled)
      .map((event) => ({
        name: `trigger on ${event}`,
        sql: `alter table ${qualified(schema, table)} disable trigger ${identifier(triggerName(definition.name, event))}`,
      })),
    ...unwanted.map((trigger) => ({
      name: `foreign webhook ${trigger}`,
      sql: `drop trigger if exists ${identifier(trigger)} on ${qualified(schema, table)}`,
    })),
  ];
}

/** Steps that remove the webhook; nothing of it, nor the table, need be there. */
export function uninstallSteps(definition: Pick<WebhookDefinition, "name" | "schema" | "table">) {
  return [...removeSteps(definition), { name: "schema", sql: dropOwnSchemaIfEmpty }];
}

// The triggers go with the function that they call, also those that a person made; by their names
// go those that somebody has made to call something else.
function removeSteps(place: Pick<WebhookDefinition, "name" | "schema" | "table">): Step[] {
  const table = qualified(place.schema, place.table);
  const triggers = WEBHOOK_EVENTS.map((event) => identifier(triggerName(place.name, event)));
  const drops = triggers.map((trigger) => `drop trigger if exists ${trigger} on ${table};`);
  return [
    {
      name: "old triggers",
      sql: `do ${dollarQuoted(`begin
  if to_regclass(${literal(table)}) is not null then
    ${drops.join("\n    ")}
  end if;
end`)}`,
      // A table of somebody else, as auth.users is: there the next step must do.
      passOver: ["42501"],
    },
    {
      name: "old function",
      sql: `drop function if exists ${qualified(OWN_SCHEMA, functionName(place))}() cascade`,
    },
  ];
}

function refuseTableWithoutId({ schema, table }: WebhookDefinition): string {
  return `do ${dollarQuoted(`begin
  if to_regclass(${literal(qualified(schema, table))}) is null then
    raise exception ${literal(`there is no table ${raiseText(`${schema}.${table}`)}`)};
  end if;
  if not exists (
    select from pg_attribute
    where attrelid = to_regclass(${literal(qualified(schema, table))}) and attname = 'id' and not attisdropped
  ) then
    raise exception ${literal(`${raiseText(`${schema}.${table}`)} has no column "id", which a webhook sends`)};
  end if;
end`)}`;
}

function createFunction(definition: WebhookDefinition): string {
  const name = qualified(OWN_SCHEMA, functionName(definition));
  const { schema, table } = definition;
  return `
create function ${name}() returns trigger
language plpgsql security definer ${ringFunction.sqlSettings}
as ${dollarQuoted(ringFunction.body)};
comment on function ${name}() is ${literal(`Rings the webhook ${definition.name} of ${schema}.${table}`)};
revoke all on function ${name}() from public;`;
}

function createTrigger(definition: WebhookDefinition, event: WebhookEvent): string {
  const { name, schema, table } = definition;
  const rows = { INSERT: "new table as new_rows", DELETE: "old table as old_rows" };
  const transition = event === "UPDATE" ? `${rows.DELETE} ${rows.INSERT}` : rows[event];
  return `
create trigger ${identifier(triggerName(name, event))}
after ${event.toLowerCase()} on ${qualified(schema, table)}
referencing ${transition}
for each statement
execute function ${qualified(OWN_SCHEMA, functionName(definition))}(${triggerArguments(definition)
    .map(literal)
    .join(", ")})`;
}

// A percent sign in the format of RAISE stands for an argument.
function raiseText(text: string): string {
  return text.replaceAll("%", "%%");
}
