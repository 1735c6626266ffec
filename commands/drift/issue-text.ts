import { codeBlock, codeSpan } from "../markdown/quote.ts";
import type { Finding } from "../plan/findings.ts";
import { shortType } from "../plan/plan.ts";
import type { DriftReport, Unseen } from "./drift-report.ts";
import { memoryLine } from "./remembered-in-issue.ts";
import { findingLines, headline } from "./report-text.ts";

/** GitHub refuses a longer body. */
export const LONGEST_ISSUE_CHARACTERS = 65_536;

const MOST_LINES = 200;
const MOST_NAMES = 50;

/**
 * The report as the body of an issue: what has drifted, since when that is known, how to repair
 * it, and what was and could not be looked at.
 */
export function issueText(report: DriftReport): string {
  const { drift, undeployed, repair, coverage, lookedAt } = report;
  const memory = memoryLine(drift);
  const parts = [
    `**${headline(report)}** Last looked at ${minute(lookedAt)}.`,
    section(
      "Changed by hand",
      drift
        .slice(0, MOST_NAMES)
        .map((finding) => `- ${nameOf(finding)}, known since ${minute(finding.knownSince)}`),
    ),
    block(drift.flatMap(findingLines)),
    section(
      "In the program, not deployed",
      undeployed.slice(0, MOST_NAMES).map((finding) => `- ${nameOf(finding)}`),
    ),
    block(undeployed.flatMap(findingLines)),
    section("Repair", repair.length === 0 ? [] : [codeBlock(repair.join("\n"))]),
    section("Could not look at", coverage.couldNot.map(unseen)),
    folded(`Looked at ${coverage.looked.length} resources`, coverage.looked.map(item)),
    folded("What no look sees", coverage.never.map(unseen)),
  ];
  // The memory stands last and is always whole.
  let body = "";
  for (const part of parts.filter((one) => one !== "")) {
    const longer = body === "" ? part : `${body}\n\n${part}`;
    if (longer.length + memory.length + 3 > LONGEST_ISSUE_CHARACTERS) break;
    body = longer;
  }
  return `${body}\n\n${memory}\n`;
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : `**${title}**\n${lines.join("\n")}`;
}

function block(lines: readonly string[]): string {
  if (lines.length === 0) return "";
  const rest = lines.length - MOST_LINES;
  const more = rest > 0 ? [`… and ${rest} lines more`] : [];
  return codeBlock([...lines.slice(0, MOST_LINES), ...more].join("\n"));
}

function folded(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return "";
  return `<details><summary>${title}</summary>\n\n${lines.join("\n")}\n\n</details>`;
}

function nameOf({ type, name, change }: Finding): string {
  return `${codeSpan(`${shortType(type)} ${name}`)}: ${codeSpan(change)}`;
}

function unseen({ what, why }: Unseen): string {
  return item(`${what}: ${why}`);
}

function item(text: string): string {
  return `- ${codeSpan(text)}`;
}

/** `2026-11-24T21:40:02.123Z` → `2026-11-24 21:40 UTC` */
function minute(time: string): string {
  return `${time.slice(0, 16).replace("T", " ")} UTC`;
}
