import { readFileSync } from "node:fs";
import type { ManagementApi } from "../management-api.ts";
import { functionName, type WebhookDefinition } from "./definition.ts";

/** A trigger on the webhook's table, or one elsewhere that calls the webhook's function. */
export interface FoundTrigger {
  readonly name: string;
  readonly table: string;
  readonly isOnTable: boolean;
  /** `pg_trigger.tgenabled`: O(rigin), D(isabled), R(eplica), A(lways). */
  readonly enabled: string;
  /** `pg_trigger.tgtype`: bits for the level, the time and the events. */
  readonly type: number;
  /** Whether a `when` or a list of columns keeps it from being called. */
  readonly hasCondition: boolean;
  readonly newTable: string | null;
  readonly oldTable: string | null;
  /** Each followed by a NUL, in hexadecimal. */
  readonly arguments: string;
  readonly ringsThis: boolean;
  /** Whether it calls a webhook: this provider's, a stock one, or pg_net itself. */
  readonly isWebhook: boolean;
}

/** What there is of a webhook in the database. */
export interface FoundWebhook {
  readonly function: {
    readonly body: string;
    readonly settings: readonly string[];
    readonly isDefiner: boolean;
    /** Roles other than the owner that may call it. */
    readonly grantees: readonly string[];
  } | null;
  readonly triggers: readonly FoundTrigger[];
  /** Whether pg_net is there; without it nothing rings. */
  readonly netAvailable: boolean;
}

const findSql = readFileSync(new URL("find-webhook.sql", import.meta.url), "utf8");

/** Looks for everything of a webhook, and for other webhooks on its table. */
export async function findWebhook(
  api: ManagementApi,
  projectRef: string,
  place: Pick<WebhookDefinition, "name" | "schema" | "table">,
  signal: AbortSignal,
): Promise<FoundWebhook> {
  const [found] = await api.query<FoundWebhook>(
    projectRef,
    {
      purpose: `read the webhook "${place.name}" of ${place.schema}.${place.table}`,
      sql: findSql,
      parameters: [place.schema, place.table, functionName(place)],
      readOnly: true,
    },
    signal,
  );
  return found ?? { function: null, triggers: [], netAvailable: false };
}

/** The arguments with which a trigger calls its function. */
export function argumentsOf(trigger: FoundTrigger): string[] {
  return Buffer.from(trigger.arguments, "hex").toString("utf8").split("\0").slice(0, -1);
}
