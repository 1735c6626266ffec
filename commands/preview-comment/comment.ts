import { codeBlock, codeSpan } from "../markdown/quote.ts";
import type { Finding } from "../plan/findings.ts";
import { shortType } from "../plan/plan.ts";
import type { Sentence } from "./sentence.ts";
import type { StackPreview } from "./stack-preview.ts";

/** The first line of every such comment: by it the next preview finds the one to update. */
export const MARKER = "<!-- stripe-customer-sync: preview -->";

/** GitHub refuses a longer comment: "body is too long (maximum is 65536 characters)". */
export const LONGEST_COMMENT_CHARACTERS = 65_536;

const MOST_POINTS = 8;
const LONGEST_MESSAGE_CHARACTERS = 3_000;
/** For a note that something was left out. */
const NOTE_CHARACTERS = 200;

export interface CommentOptions {
  /** The commit that was previewed. */
  readonly commit?: string | undefined;
  /** The longest comment, in characters. */
  readonly limit?: number;
}

/** One comment for all stacks: what a reviewer must know first, then every change in detail. */
export function previewComment(
  previews: readonly StackPreview[],
  { commit, limit = LONGEST_COMMENT_CHARACTERS }: CommentOptions = {},
): string {
  const head = [MARKER, title(previews, commit), table(previews)].join("\n\n");
  const summaries = fairly(limit - head.length, previews, summary);
  const rest = limit - head.length - lengthOf(summaries);
  const details = fairly(rest, previews, detail);
  return `${[head, ...summaries, ...details].filter((part) => part !== "").join("\n\n")}\n`;
}

function title(previews: readonly StackPreview[], commit: string | undefined): string {
  const isQuiet = previews.every(
    ({ outcome, changes, drift }) => outcome === "ready" && changes.length + drift.length === 0,
  );
  const of = commit === undefined ? "" : ` of ${commit.slice(0, 10)}`;
  return isQuiet
    ? `### Preview${of}: no stack changes`
    : `### Preview${of}: what a merge would deploy`;
}

function table(previews: readonly StackPreview[]): string {
  const rows = previews.map((preview) => {
    const counts = ["create", "update", "replace", "delete"].map((change) => {
      const count = preview.changes.filter((finding) => finding.change === change).length;
      return change === "delete" && count > 0 ? `**${count}**` : String(count);
    });
    return `| ${[preview.stack, verdict(preview), ...counts].join(" | ")} |`;
  });
  return [
    "| Stack | | Creates | Updates | Replaces | Deletes |",
    "|---|---|--:|--:|--:|--:|",
    ...rows,
  ].join("\n");
}

function verdict({ outcome, changes, drift }: StackPreview): string {
  if (outcome === "failed") return "**The preview failed**";
  if (outcome === "stopped by policy") return "**Stopped by policy**";
  const ready = outcome === "waits" ? "Ready after the stack before it" : "Ready";
  const news = changes.length === 0 ? "No change" : ready;
  return drift.length === 0 ? news : `${news}, **changed by hand**`;
}

/** The most important first: what comes last is left out first. */
function summary(preview: StackPreview, limit: number): string {
  const { stack, outcome, failure, violations, drift, traffic, secrets, warnings, changes } =
    preview;
  const blocks = [
    ...(failure === undefined ? [] : [codeBlock(shortened(failure))]),
    ...(outcome === "waits" ? [] : violations)
      .slice(0, MOST_POINTS)
      .map(({ policy, resource, message }) =>
        [`Policy ${codeSpan(policy)}, ${codeSpan(resource)}:`, codeBlock(shortened(message))].join(
          "\n",
        ),
      ),
    points("Changed by hand", drift.map(driftPoint)),
    drift.length === 0
      ? ""
      : `\`npm run drift -- --stack ${stack}\` names the command that repairs it.`,
    points("Deleted", changes.filter(({ change }) => change === "delete").map(nameOf)),
    points("Live traffic", traffic.map(sentence)),
    points("Secrets", secrets.map(sentence)),
    points(
      "Warnings",
      warnings.map((what) => codeSpan(shortened(what))),
    ),
  ].filter((block) => block !== "");
  return blocks.length === 0 ? "" : fitting([`#### ${stack}`, ...blocks], limit, "\n\n");
}

/** Every change, property by property, behind a fold. */
function detail(preview: StackPreview, limit: number): string {
  const { stack, changes, drift } = preview;
  if (changes.length + drift.length === 0) return "";
  const counts = [`${changes.length} ${changes.length === 1 ? "change" : "changes"}`].concat(
    drift.length === 0 ? [] : [`${drift.length} by hand`],
  );
  const lines = [
    ...changes.flatMap((finding) => findingLines(finding)),
    ...(drift.length === 0 ? [] : ["", "# Changed by hand since the last update:"]),
    ...drift.flatMap((finding) => findingLines(finding)),
  ];
  const frame = (text: string) =>
    `<details><summary>${stack}: ${counts.join(", ")}</summary>\n\n${codeBlock(text, "diff")}\n\n</details>`;
  const left = `# More is left out: a comment has no more room. See it all with
# npx pulumi preview --refresh --diff -s ${stack}`;
  let text = lines.join("\n");
  for (let kept = lines.length; frame(text).length > limit; kept = Math.floor(kept * 0.9)) {
    if (kept === 0) return "";
    text = [...lines.slice(0, kept), left].join("\n");
  }
  return frame(text);
}

function points(heading: string, lines: readonly string[]): string {
  if (lines.length === 0) return "";
  const more = lines.length - MOST_POINTS;
  return [
    `**${heading}**`,
    ...lines.slice(0, MOST_POINTS).map((line) => `- ${line}`),
    ...(more > 0 ? [`- and ${more} more, see below`] : []),
  ].join("\n");
}

function sentence(parts: Sentence): string {
  return parts.map((part, index) => (index % 2 === 0 ? part : codeSpan(part))).join("");
}

function driftPoint(finding: Finding): string {
  const paths = finding.properties
    .slice(0, MOST_POINTS)
    .map(({ path }) => codeSpan(shortened(path)));
  return `${nameOf(finding)} was ${finding.change === "deleted" ? "deleted" : "changed"}${paths.length > 0 ? `: ${paths.join(", ")}` : ""}`;
}

function nameOf({ type, name }: Finding): string {
  return codeSpan(`${shortType(type)} ${name}`);
}

const SIGNS: Readonly<Record<string, string>> = { create: "+", delete: "-", deleted: "-" };

/** As a `diff` block colours them: new, gone, and everything that becomes another. */
function findingLines({ type, name, change, properties }: Finding): string[] {
  const isCodeTold = properties.some(({ path }) => path === "annotations.workersTag");
  return [
    `${SIGNS[change] ?? "!"} ${oneLine(`${shortType(type)} ${name}`)}: ${oneLine(change)}`,
    ...properties
      // The bundle's digest says it in one line.
      .filter(({ path }) => !isCodeTold || !path.startsWith("modules["))
      .map(({ path, old, new: now }) => {
        // Long values are cut, and may differ where nobody sees it.
        const what = old === now ? "changes" : `${old ?? "nothing"} => ${now ?? "nothing"}`;
        return `    ${oneLine(path)}: ${oneLine(what)}`;
      }),
  ];
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}

function shortened(text: string): string {
  return text.length > LONGEST_MESSAGE_CHARACTERS
    ? `${text.slice(0, LONGEST_MESSAGE_CHARACTERS)} …`
    : text;
}

/** As many whole blocks as have room, and a note where one had none. */
function fitting(blocks: readonly string[], limit: number, between: string): string {
  let text = "";
  for (const block of blocks) {
    const longer = text === "" ? block : `${text}${between}${block}`;
    if (longer.length + NOTE_CHARACTERS > limit) {
      const note = "More is left out: a comment has no more room.";
      return text.length + between.length + note.length > limit ? text : `${text}${between}${note}`;
    }
    text = longer;
  }
  return text;
}

/** Shares room out: what one part does not need, those after it may use. */
function fairly<T>(
  room: number,
  parts: readonly T[],
  write: (part: T, limit: number) => string,
): string[] {
  let left = room;
  return parts.map((part, index) => {
    const share = Math.floor(left / (parts.length - index));
    const text = write(part, Math.max(0, share - SEPARATOR_CHARACTERS));
    left -= lengthOf([text]);
    return text;
  });
}

const SEPARATOR_CHARACTERS = 2;

function lengthOf(parts: readonly string[]): number {
  return parts.reduce(
    (sum, part) => sum + (part === "" ? 0 : part.length + SEPARATOR_CHARACTERS),
    0,
  );
}
