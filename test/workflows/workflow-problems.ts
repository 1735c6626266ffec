import * as v from "valibot";
import { parse } from "yaml";

const texts = v.record(v.string(), v.unknown());
const permissions = v.union([v.string(), v.record(v.string(), v.string())]);

const step = v.looseObject({
  uses: v.optional(v.string()),
  run: v.optional(v.string(), ""),
  with: v.optional(texts, {}),
  env: v.optional(texts, {}),
});

const job = v.looseObject({
  if: v.optional(v.string(), ""),
  uses: v.optional(v.string()),
  environment: v.optional(v.unknown()),
  permissions: v.optional(permissions),
  "timeout-minutes": v.optional(v.number()),
  env: v.optional(texts, {}),
  steps: v.optional(v.array(step), []),
});

const workflow = v.looseObject({
  on: v.union([v.string(), v.array(v.string()), texts]),
  permissions: v.optional(permissions),
  env: v.optional(texts, {}),
  jobs: v.record(v.string(), job),
});

type Workflow = v.InferOutput<typeof workflow>;
type Job = v.InferOutput<typeof job>;

/** With this, a job is left out for the pull requests of forks. */
const OWN_BRANCH = "github.event.pull_request.head.repo.full_name == github.repository";

/** A commit, and for people the version that it is. */
const PINNED = /^\s*(?:- )?uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;

/**
 * What a workflow does that none of ours may do, one sentence each.
 *
 * @param scripts names in package.json that `npm run` knows
 */
export function workflowProblems(source: string, scripts: ReadonlySet<string>): string[] {
  const parsed = v.parse(workflow, parse(source));
  const triggers = triggersOf(parsed);
  return [
    ...source
      .split("\n")
      .filter((line) => /^\s*(?:- )?uses:/.test(line) && !PINNED.test(line))
      .map((line) => `not pinned by a commit with its version: ${line.trim()}`),
    ...["pull_request_target", "workflow_run"]
      .filter((trigger) => triggers.includes(trigger))
      .map((trigger) => `runs a stranger's code with our secrets: ${trigger}`),
    ...topPermissionProblems(parsed.permissions),
    ...problem(mentionsSecret(parsed.env), "gives a secret to every job"),
    ...Object.entries(parsed.jobs).flatMap(([name, one]) =>
      jobProblems(one, triggers, scripts).map((what) => `job ${name} ${what}`),
    ),
  ];
}

function triggersOf({ on }: Workflow): string[] {
  if (typeof on === "string") return [on];
  return Array.isArray(on) ? on : Object.keys(on);
}

function topPermissionProblems(given: Workflow["permissions"]): string[] {
  if (given === undefined) return ["has no permissions at the top"];
  if (typeof given === "string") return [`gives permissions wholesale: ${given}`];
  return Object.entries(given)
    .filter(([, access]) => access === "write")
    .map(([scope]) => `gives every job ${scope}: write`);
}

function jobProblems(
  one: Job,
  triggers: readonly string[],
  scripts: ReadonlySet<string>,
): string[] {
  const isOpenToForks = triggers.includes("pull_request") && !isForOwnBranches(one.if);
  const unknown = one.steps
    .flatMap(({ run }) => [...run.matchAll(/\bnpm (?:run(?: --?\w+)* |)([\w:-]+)/g)])
    .map(([, name = ""]) => name)
    .filter((name) => !scripts.has(name));
  return [
    ...problem(one["timeout-minutes"] === undefined, "has no timeout"),
    ...problem(
      isOpenToForks && (mentionsSecret(one) || one.environment !== undefined),
      "gives a secret to a fork's pull request",
    ),
    ...problem(one.uses !== undefined, "calls another workflow"),
    ...problem(mentionsSecret(one.env), "gives a secret to every step"),
    ...problem(typeof one.permissions === "string", "gives permissions wholesale"),
    ...problem(
      one.steps.some(({ run }) => run.includes("${{")),
      "puts an expression into a script: pass it by env",
    ),
    ...problem(
      one.steps.some(
        ({ uses, with: given }) => isCheckout(uses) && given["persist-credentials"] !== false,
      ),
      "leaves its token in the checkout",
    ),
    ...unknown.map((name) => `runs npm script ${name}, which package.json does not have`),
  ];
}

/** The condition must hold by itself: beside an `||` another one may let a fork in. */
function isForOwnBranches(condition: string): boolean {
  return condition.includes(OWN_BRANCH) && !condition.includes("||");
}

function mentionsSecret(value: unknown): boolean {
  return /\bsecrets\b/.test(JSON.stringify(value));
}

function isCheckout(uses: string | undefined): boolean {
  return uses?.startsWith("actions/checkout@") ?? false;
}

function problem(is: boolean, sentence: string): string[] {
  return is ? [sentence] : [];
}
