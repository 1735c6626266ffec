import type { Finding } from "../plan/findings.ts";
import { shortType } from "../plan/plan.ts";
import type { PropertyChange } from "../plan/property-changes.ts";
import type { DriftFinding, DriftReport, Unseen } from "./drift-report.ts";

/** The report for a terminal or an issue: what, since when, how to repair, what was looked at. */
export function reportText(report: DriftReport): string {
  const { stack, drift, undeployed, coverage, repair } = report;
  return [
    ...section(headline(report), []),
    ...section("Changed by hand:", drift.flatMap(driftLines)),
    ...section("In the program, not deployed:", undeployed.flatMap(findingLines)),
    ...section("Repair:", repair.map(indented)),
    ...section(`Could not look at, in stack ${stack}:`, coverage.couldNot.map(unseenLine)),
    ...section(
      `Looked at ${coverage.looked.length} resources:`,
      coverage.looked.length > 0 ? [indented(coverage.looked.join(", "))] : [],
    ),
    ...section("No look sees:", coverage.never.map(unseenLine)),
  ].join("\n");
}

/** The whole report in one sentence. */
export function headline({ stack, outcome, drift, undeployed, coverage }: DriftReport): string {
  switch (outcome) {
    case "clean":
      return `Stack ${stack}: no drift.`;
    case "could not look":
      return `Stack ${stack}: could not look at ${coverage.couldNot.length === 1 ? "one thing" : `${coverage.couldNot.length} things`}; nothing else has drifted.`;
    case "drift":
      return `Stack ${stack}: ${drift.length} changed by hand, ${undeployed.length} not deployed.`;
  }
}

/** Nothing where there is nothing to say, except for the headline. */
function section(title: string, lines: readonly string[]): string[] {
  const isHeadline = !title.endsWith(":");
  return lines.length === 0 && !isHeadline ? [] : [title, ...lines, ""];
}

function driftLines(finding: DriftFinding): string[] {
  const [first = "", ...rest] = findingLines(finding);
  return [`${first} (known since ${finding.knownSince})`, ...rest];
}

/** What became of a resource, and of each of its properties. */
export function findingLines({ type, name, change, properties }: Finding): string[] {
  return [
    indented(`${shortType(type)} ${name}: ${change}`),
    ...properties.map((property) => indented(indented(propertyLine(property)))),
  ];
}

function propertyLine({ path, old: before, new: after }: PropertyChange): string {
  return `${path}: ${before ?? "nothing"} => ${after ?? "nothing"}`;
}

function unseenLine({ what, why }: Unseen): string {
  return indented(`- ${what}: ${why}`);
}

function indented(line: string): string {
  return `  ${line}`;
}
