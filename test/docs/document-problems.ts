import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A Markdown file of this repository. */
export interface Document {
  /** Relative to the root. */
  readonly path: string;
  readonly text: string;
}

/**
 * What a document promises and the repository does not keep: commands that are not there, links
 * and names of files that lead nowhere.
 *
 * @param root folder that absolute names are relative to
 * @param scripts names in package.json that `npm run` knows
 */
export function documentProblems(
  { path, text }: Document,
  root: string,
  scripts: ReadonlySet<string>,
): string[] {
  return [
    ...commandsIn(text)
      .filter((name) => !scripts.has(name))
      .map((name) => `npm run ${name} is not in package.json`),
    ...linksIn(text)
      .filter((link) => !leadsSomewhere(link, { path, text }, root))
      .map((link) => `the link ${link} leads nowhere`),
    ...filesIn(text)
      .filter((file) => !existsSync(join(root, file)))
      .map((file) => `the file ${file} is not there`),
  ];
}

/** `npm run -s drift -- …` → drift; `npm start` and `npm test` are scripts as well. */
function commandsIn(text: string): string[] {
  const run = [...text.matchAll(/\bnpm run (?:--?[\w-]+ )*([a-z][\w:-]*)/g)].map(
    ([, name]) => name,
  );
  const short = [...text.matchAll(/\bnpm (start|test)\b/g)].map(([, name]) => name);
  return unique([...run, ...short].filter((name) => name !== undefined));
}

/** Targets of the links within this repository. */
function linksIn(text: string): string[] {
  const targets = [...text.matchAll(/\]\(<?([^)\s>]+)>?\)/g)].map(([, target = ""]) => target);
  return unique(targets.filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target)));
}

function leadsSomewhere(link: string, from: Document, root: string): boolean {
  const [file = "", anchor] = decodeURIComponent(link).split("#");
  const target = join(root, file === "" ? from.path : join(dirname(from.path), file));
  if (!existsSync(target)) return false;
  if (anchor === undefined) return true;
  const text = file === "" ? from.text : readFileSync(target, "utf8");
  return anchorsOf(text).has(anchor);
}

/** As GitHub names the headings of a document; of equal ones only the first. */
function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...text.matchAll(/^#{1,6} +(.+?) *#*$/gm)].map(([, heading = ""]) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .replace(/\s/g, "-"),
    ),
  );
}

/** Names in code spans that begin with a folder of this repository and have an extension. */
function filesIn(text: string): string[] {
  const spans = [...text.matchAll(/`([^`\s]+)`/g)].map(([, span = ""]) => span);
  return unique(
    spans.filter((span) =>
      /^(?:commands|database|docs|infra|install|local|policy|providers|stacks|test|worker|\.github)\/[\w./-]+\.\w+$/.test(
        span,
      ),
    ),
  );
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
