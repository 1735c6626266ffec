/**
 * Text from anywhere as a Markdown code span: inside one nothing is Markdown, HTML, a link, a
 * mention or a reference to an issue. The span is fenced by more backticks than the text has in
 * a row, and stays on its line.
 */
export function codeSpan(text: string): string {
  const line = visible(text).replace(/\s+/g, " ").replaceAll("|", "¦").trim() || " ";
  const fence = "`".repeat(longestRun(line) + 1);
  const isEdgy = line.startsWith("`") || line.endsWith("`");
  return isEdgy ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`;
}

/** Text of several lines from anywhere as a fenced code block, as long as the fence. */
export function codeBlock(text: string, language: "text" | "diff" = "text"): string {
  const lines = visible(text).replace(/\s+$/, "");
  const fence = "`".repeat(Math.max(3, longestRun(lines) + 1));
  return `${fence}${language}\n${lines}\n${fence}`;
}

/**
 * Characters that turn the direction of the text, or show nothing, would let a value look like
 * another one: they are shown by their numbers.
 */
function visible(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    .replace(/(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
      return `\\u{${character.codePointAt(0)?.toString(16)}}`;
    });
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
