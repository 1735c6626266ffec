import type { Examined } from "./examine.ts";
import type { Finding, Verdict } from "./finding.ts";

const MARKS: Readonly<Record<Verdict, string>> = { fine: "✓", doubtful: "!", wrong: "✗" };

/** One line for each finding, what to do below it, and the sum at the end. */
export function reportText(stack: string, examined: readonly Examined[]): string {
  return `${findingsText(examined)}\n\n${sum(stack, examined)}\n`;
}

/** The findings alone, without a line's end after the last one. */
export function findingsText(examined: readonly Examined[]): string {
  const width = Math.max(...examined.map(({ check }) => check.length));
  return examined
    .flatMap(({ check, findings }) =>
      findings.flatMap((finding) => findingLines(check.padEnd(width), finding, width)),
    )
    .join("\n");
}

function findingLines(check: string, { verdict, says, todo }: Finding, width: number): string[] {
  const line = `${MARKS[verdict]} ${check}  ${says}`;
  return todo === undefined ? [line] : [line, `${" ".repeat(width + 4)}→ ${todo}`];
}

function sum(stack: string, examined: readonly Examined[]): string {
  const findings = examined.flatMap((one) => one.findings);
  const count = (verdict: Verdict) =>
    findings.filter((finding) => finding.verdict === verdict).length;
  const [bad, doubted] = [count("wrong"), count("doubtful")];
  const doubts = doubted === 0 ? "" : `, ${doubted} to know of`;
  return bad === 0
    ? `Stack ${stack}: nothing is wrong${doubts}.`
    : `Stack ${stack}: ${bad} ${bad === 1 ? "thing is" : "things are"} wrong${doubts}.`;
}
