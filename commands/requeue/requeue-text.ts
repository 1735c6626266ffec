import Table from "cli-table3";
import type { OpenStack } from "../stack/open-stack.ts";
import type { Requeued } from "./requeue.ts";

/** What happened, organization by organization, and what comes next. */
export function requeueText({ name }: OpenStack, requeued: readonly Requeued[]): string {
  if (requeued.length === 0) return `Stack ${name}: no dead job to put back.\n`;
  const table = new Table({
    head: ["organization", "before", "after"],
    style: { head: [], border: [] },
  });
  for (const { organization, before, reason, after } of requeued) {
    table.push([organization, reason === null ? before : `${before} (${reason})`, after]);
  }
  const unknown = requeued.filter(({ after }) => after === "unknown");
  const due = requeued.filter(({ after }) => ["due", "parked", "no job"].includes(after));
  const lines = [
    due.length > 0
      ? `${due.length} to be done at the next pull, within a minute.`
      : "Nothing is left to be done.",
    ...unknown.map(
      ({ organization }) => `${organization}: no organization and no job has this id.`,
    ),
  ];
  return `${table.toString()}\n${lines.join("\n")}\n`;
}
