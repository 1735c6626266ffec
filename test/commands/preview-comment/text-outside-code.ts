/**
 * What of a Markdown document is not in a code block or a code span, by CommonMark's rules: where
 * a value from outside would be taken for Markdown or HTML.
 */
export function textOutsideCode(markdown: string): string {
  const outside: string[] = [];
  let fence: string | undefined;
  for (const line of markdown.split("\n")) {
    const [, run] = /^(`{3,})/.exec(line) ?? [];
    if (fence !== undefined) {
      if (/^`+\s*$/.test(line) && line.trim().length >= fence.length) fence = undefined;
    } else if (run !== undefined && !line.slice(run.length).includes("`")) {
      fence = run;
    } else {
      outside.push(withoutSpans(line));
    }
  }
  if (fence !== undefined) throw new Error("a code block has no end");
  return outside.join("\n");
}

/** A span ends at the next run of as many backticks as it began with; else it is none. */
function withoutSpans(line: string): string {
  const [, run = ""] = /(`+)/.exec(line) ?? [];
  if (run === "") return line;
  const begin = line.indexOf(run);
  const rest = line.slice(begin + run.length);
  const end = [...rest.matchAll(/`+/g)].find(([found]) => found.length === run.length);
  if (end === undefined) return line.slice(0, begin) + run + withoutSpans(rest);
  return line.slice(0, begin) + withoutSpans(rest.slice(end.index + run.length));
}
