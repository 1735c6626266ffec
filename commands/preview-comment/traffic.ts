import { UNKNOWN } from "@stripe-customer-sync/provider-kit";
import {
  CRON_TRIGGER,
  CUSTOM_DOMAIN,
  DATABASE_WEBHOOK,
  DEPLOYMENT,
  ROUTE,
  SQL_SCHEMA,
  STRIPE_ENDPOINT,
  WORKER,
  WORKER_VERSION,
} from "../../policy/resource-types.ts";
import type { ResourceChange } from "./resource-change.ts";
import { type Sentence, say } from "./sentence.ts";

/** What the changes mean for requests, schedules, webhooks and the database; in plain words. */
export function trafficOf(changes: readonly ResourceChange[]): Sentence[] {
  return Object.entries(tell).flatMap(([type, of]) =>
    changes.filter((change) => change.type === type).flatMap(of),
  );
}

/** In the order in which a reviewer wants to know. */
const tell: Readonly<Record<string, (change: ResourceChange) => Sentence[]>> = {
  [DEPLOYMENT]: deployment,
  [WORKER_VERSION]: version,
  [WORKER]: worker,
  [ROUTE]: (change) => place(change, "Route", "pattern"),
  [CUSTOM_DOMAIN]: (change) => place(change, "Domain", "hostname"),
  [CRON_TRIGGER]: cronTrigger,
  [STRIPE_ENDPOINT]: stripeEndpoint,
  [DATABASE_WEBHOOK]: databaseWebhook,
  [SQL_SCHEMA]: schema,
};

function worker({ op, before, after }: ResourceChange): Sentence[] {
  if (op === "create") return [say`The Worker ${after.name} is new.`];
  if (op === "delete")
    return [say`The Worker ${before.name} is deleted: nothing answers any more.`];
  return [
    ...when(before.name !== after.name, say`The Worker ${before.name} becomes ${after.name}.`),
    ...onOff("workers.dev", enabled(before.subdomain), enabled(after.subdomain)),
    ...onOff("The Worker's log", enabled(before.observability), enabled(after.observability)),
  ];
}

function version({ op, before, after, differing }: ResourceChange): Sentence[] {
  if (op === "delete") return [];
  const [old, now] = [digest(before), digest(after)];
  if (op === "create") return [say`A first version of the Worker is made, of bundle ${now}.`];
  if (old !== now) return [say`A new version of the Worker is made: bundle ${old} becomes ${now}.`];
  return [say`A new version of the Worker is made of the same code; other ${[...differing]}.`];
}

function digest({ annotations }: ResourceChange["before"]): string {
  return String(member(annotations, "workersTag") ?? "unknown").slice(0, 12);
}

function deployment({ op, before, after }: ResourceChange): Sentence[] {
  switch (op) {
    case "delete":
      return [say`The deployment is deleted.`];
    case "create":
      return [say`Requests go to: ${shares(after.versions)}.`];
    default:
      return [
        say`Requests go to: ${shares(after.versions)}; until now: ${shares(before.versions)}.`,
      ];
  }
}

function shares(versions: unknown): string {
  if (!Array.isArray(versions)) return "known only during the update";
  const parts = versions.map((share: unknown) => {
    const id = member(share, "versionId");
    const of =
      id === UNKNOWN || id === undefined ? "the new version" : `version ${String(id).slice(0, 8)}`;
    return `${of} ${String(member(share, "percentage"))} %`;
  });
  return parts.join(", ") || "nothing";
}

function place({ op, before, after }: ResourceChange, kind: string, key: string): Sentence[] {
  const words = (sentence: Sentence) => [[`${kind}${sentence[0]}`, ...sentence.slice(1)]];
  if (op === "create") return words(say` ${after[key]} is added.`);
  if (op === "delete") return words(say` ${before[key]} is removed.`);
  return before[key] === after[key]
    ? words(say` ${after[key]} is changed.`)
    : words(say` ${before[key]} becomes ${after[key]}.`);
}

function cronTrigger({ op, before, after }: ResourceChange): Sentence[] {
  const [old, now] = [crons(before.schedules), crons(after.schedules)];
  if (op === "create") return [say`The Worker pulls at ${now}.`];
  if (op === "delete")
    return [say`The schedule ${old} is removed: lost webhooks are not made good.`];
  return [say`The Worker pulls at ${now} instead of ${old}.`];
}

function crons(schedules: unknown): unknown {
  return Array.isArray(schedules)
    ? schedules.map((one: unknown) => member(one, "cron"))
    : schedules;
}

function stripeEndpoint({ op, before, after }: ResourceChange): Sentence[] {
  if (op === "create") return [say`Stripe's events go to ${after.url}, by a new endpoint.`];
  if (op === "delete") return [say`Stripe's endpoint for ${before.url} is deleted.`];
  return [
    ...when(op === "replace", say`Stripe's endpoint is made anew, with a new signing secret.`),
    ...when(before.url !== after.url, say`Stripe's events go to ${after.url}, not ${before.url}.`),
    ...when(
      !isSame(before.enabledEvents, after.enabledEvents),
      say`Stripe sends ${after.enabledEvents}, not ${before.enabledEvents}.`,
    ),
    ...when(
      before.status !== after.status,
      say`Stripe's endpoint becomes ${after.status}; it was ${before.status}.`,
    ),
  ];
}

function databaseWebhook({ op, before, after }: ResourceChange): Sentence[] {
  if (op === "create") return [say`The database rings ${after.url}.`];
  if (op === "delete")
    return [say`The database no longer rings ${before.url}: only the pull syncs.`];
  return [
    ...when(before.url !== after.url, say`The database rings ${after.url}, not ${before.url}.`),
    ...when(
      !isSame(before.events, after.events),
      say`The database rings at ${after.events}, not at ${before.events}.`,
    ),
    ...onOff("The database's webhook", before.enabled, after.enabled),
  ];
}

function schema({ op, before, after }: ResourceChange): Sentence[] {
  if (op === "create") return [say`The sync schema is installed in the database.`];
  if (op === "delete") return [say`The sync schema ${before.schema} is removed from the database.`];
  const scripts = changedScripts(before.scripts, after.scripts);
  return [
    ...when(scripts.length > 0, say`The sync schema changes: ${scripts}.`),
    ...when(
      Array.isArray(before.drift) && before.drift.length > 0,
      say`The sync schema is put back as it was deployed.`,
    ),
  ];
}

/** Names of the scripts that are new or have another text. */
function changedScripts(before: unknown, after: unknown): string[] {
  if (!Array.isArray(after)) return [];
  const old = new Map(
    (Array.isArray(before) ? before : []).map((script: unknown) => [
      member(script, "name"),
      member(script, "sql"),
    ]),
  );
  return after
    .filter((script: unknown) => old.get(member(script, "name")) !== member(script, "sql"))
    .map((script: unknown) => String(member(script, "name")));
}

function enabled(value: unknown): unknown {
  return member(value, "enabled");
}

function onOff(what: string, before: unknown, after: unknown): Sentence[] {
  if (before === after || typeof after !== "boolean") return [];
  return [[`${what} is switched ${after ? "on" : "off"}.`]];
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function when(is: boolean, sentence: Sentence): Sentence[] {
  return is ? [sentence] : [];
}

function member(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
