import Table from "cli-table3";
import { type AuditReport, type Finding, findingKinds } from "./finding.ts";

/** The whole list is in `--json`; nobody reads more of it on a terminal. */
const MOST_ROWS_A_KIND = 50;

/** The report for a terminal: ids only. */
export function auditText({ stack, lookedAt, underWay, findings }: AuditReport): string {
  const looked =
    `Looked at ${lookedAt.organizations} organizations and ${lookedAt.customers} customers ` +
    `in ${lookedAt.stripeCalls} calls of Stripe`;
  const waiting = underWay === 0 ? "" : `; ${underWay} not judged, because their work is under way`;
  const parts = [
    `Stack ${stack}: ${findings.length === 0 ? "nothing is wrong" : countOf(findings)}.`,
    `${looked}${waiting}.`,
    ...[...Map.groupBy(findings, ({ kind }) => kind)].map(([kind, found]) =>
      [`\n${found.length} × ${findingKinds[kind]}`, tableOf(found)].join("\n"),
    ),
  ];
  return `${parts.join("\n")}\n`;
}

function countOf({ length }: readonly Finding[]): string {
  return length === 1 ? "1 finding" : `${length} findings`;
}

function tableOf(findings: readonly Finding[]): string {
  const table = new Table({
    head: ["organization", "customer", "what"],
    style: { head: [], border: [] },
  });
  for (const { organization, customer, detail } of findings.slice(0, MOST_ROWS_A_KIND)) {
    table.push([organization ?? "–", customer ?? "–", detail]);
  }
  const left = findings.length - MOST_ROWS_A_KIND;
  return left > 0 ? `${table.toString()}\n… and ${left} more: see --json` : table.toString();
}
