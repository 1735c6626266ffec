import { commitInWords, UNKNOWN_COMMIT } from "./checked-out-commit.ts";
import type { DeployedBundle } from "./deployed-bundle.ts";

/** A bundle on its way from one stack to the next. */
export interface PromotedBundle {
  /** The stack that shall get it. */
  readonly stack: string;
  /** The stack that must run it already. */
  readonly from: string;
  /** What the program would deploy. */
  readonly digest: string;
  /** The commit that it is made from. */
  readonly commit: string;
  /** What `from` runs. */
  readonly staged: DeployedBundle;
  /** What `stack` runs. */
  readonly live: DeployedBundle;
}

/**
 * The rule of promotion: a bundle goes only where it runs already, or where the stack before has
 * it. So a change of settings is never held up by a newer bundle in staging.
 *
 * @returns what is wrong and what to do, or undefined when nothing is
 */
export function promotionProblem(promoted: PromotedBundle): string | undefined {
  const { stack, from, digest, staged, live } = promoted;
  if (staged.kind === "deployed" && staged.digest === digest) return undefined;
  if (live.kind === "deployed" && live.digest === digest) return undefined;
  return [
    `Stack ${from} has not deployed the bundle that stack ${stack} would get: ${whatItRuns(promoted)}.`,
    whatToDo(promoted),
    `To go on without ${from}: npx pulumi config set allowUnstagedBundle true -s ${stack}`,
  ].join("\n");
}

function whatItRuns({ staged, digest, commit }: PromotedBundle): string {
  switch (staged.kind) {
    case "deployed":
      return `it runs bundle ${short(staged.digest)} of ${commitInWords(staged.commit)}, and this checkout, ${commitInWords(commit)}, makes bundle ${short(digest)}`;
    case "nothing":
      return "it has deployed nothing yet";
    case "unreadable":
      return `it cannot be read from this state backend (${staged.why})`;
  }
}

function whatToDo({ from, stack, commit, staged }: PromotedBundle): string {
  const deploy = `npx pulumi up -s ${from}`;
  if (staged.kind === "unreadable") {
    return `Keep both stacks in one backend and deploy ${from} first (${deploy}), or name the stack that ${stack} follows: npx pulumi config set promotedFrom <stack> -s ${stack}`;
  }
  if (commit === UNKNOWN_COMMIT) return `Deploy this checkout to ${from} first: ${deploy}`;
  return `Deploy ${commitInWords(commit)} to ${from} first: ${deploy}`;
}

/** Enough of a digest to tell two apart. */
function short(digest: string): string {
  return digest.slice(0, 12);
}
