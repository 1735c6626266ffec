import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engineOfStack } from "../engine/engine-of-stack.ts";
import type { EngineResult } from "../engine/run-engine.ts";
import { CLOUD_CHANGES, findingsIn, PROGRAM_CHANGES } from "../plan/findings.ts";
import { type Plan, readPlan, resourceOf, shortType } from "../plan/plan.ts";
import { readViolations } from "./read-violations.ts";
import { resourceChanges } from "./resource-change.ts";
import { secretsOf } from "./secrets.ts";
import type { StackPreview } from "./stack-preview.ts";
import { trafficOf } from "./traffic.ts";

/** An executable, as an absolute path: the engine starts it in the folder of the program. */
const POLICY_PACK = join(import.meta.dirname, "..", "..", "policy", "policy-pack");

/** Only in its log of events does the engine tell a program which policy was violated. */
const ALLOW_EVENT_LOG = { PULUMI_DEBUG_COMMANDS: "true" };

/** What the engine answered when it was asked what an update of a stack would do. */
export interface EngineAnswers {
  readonly preview: EngineResult;
  readonly refresh: EngineResult;
  readonly violations: StackPreview["violations"];
}

/**
 * Previews an update of one stack, refreshed and under the policy pack, and changes nothing. Asks
 * twice: the plan of a refreshed preview no longer tells what the refresh has found.
 */
export async function previewStack(stack: string): Promise<StackPreview> {
  const engine = await engineOfStack(stack, ALLOW_EVENT_LOG);
  const ask = (...args: string[]) => engine.run(...args).catch(failedToRun);
  const folder = await mkdtemp(join(tmpdir(), "stripe-customer-sync-preview-"));
  const eventLog = join(folder, "events.jsonl");
  try {
    const [preview, refresh] = await Promise.all([
      ask("preview", "--refresh", "--json", "--policy-pack", POLICY_PACK, "--event-log", eventLog),
      ask("refresh", "--preview-only", "--json"),
    ]);
    return readAnswers(stack, {
      preview,
      refresh,
      violations: await readViolations(eventLog),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The policy of the order of deployments. A pull request's bundle is never in staging yet. */
const BUNDLE_IS_STAGED = "bundle-is-staged";

function outcomeOf(violations: StackPreview["violations"]): StackPreview["outcome"] {
  if (violations.length === 0) return "ready";
  const waits = violations.every(
    ({ policy, message }) =>
      policy === BUNDLE_IS_STAGED &&
      message.includes("has not deployed the bundle") &&
      !message.includes("cannot be read"),
  );
  return waits ? "waits" : "stopped by policy";
}

/** The engine could not even be started. */
function failedToRun(error: unknown): EngineResult {
  return { exitCode: 1, output: error instanceof Error ? error.message : String(error) };
}

/** What the answers say, in the words of the comment. */
export function readAnswers(stack: string, answers: EngineAnswers): StackPreview {
  const { plan, failure } = planIn(answers.preview, answers.violations.length > 0);
  const cloud = planIn(answers.refresh);
  const hasFailed = failure !== undefined;
  const drift = findingsIn(cloud.plan, CLOUD_CHANGES);
  // Half a plan would look like a whole one.
  const changes = hasFailed ? [] : resourceChanges(plan.steps);
  return {
    stack,
    outcome: hasFailed ? "failed" : outcomeOf(answers.violations),
    ...(hasFailed && { failure }),
    changes: hasFailed ? [] : findingsIn(plan, PROGRAM_CHANGES),
    traffic: trafficOf(changes),
    secrets: secretsOf(changes, drift),
    violations: answers.violations,
    drift,
    warnings: [...new Set([plan, cloud.plan].flatMap(warningsIn)), ...unseen(cloud.failure)],
  };
}

interface Answer {
  readonly plan: Plan;
  /** Absent when the engine came to a plan and stands by it. */
  readonly failure?: string;
}

/** Of a violated policy the engine says no more than that the preview failed. */
const STOPPED_BY_POLICY = /^error: preview failed\s*$/;

function planIn(result: EngineResult, isPolicyViolated = false): Answer {
  try {
    const plan = readPlan(result);
    if (result.exitCode === 0) return { plan };
    const errors = plan.diagnostics
      .filter(({ severity }) => severity === "error")
      .filter(({ message }) => !isPolicyViolated || !STOPPED_BY_POLICY.test(message));
    if (isPolicyViolated && errors.length === 0) return { plan };
    const failure = errors.map(({ urn, message }) =>
      `${nameOf(urn)}${message.replace(/^error:\s*/, "")}`.trim(),
    );
    return { plan, failure: failure.join("\n") || `The engine ended with ${result.exitCode}.` };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return { plan: { steps: [], diagnostics: [] }, failure };
  }
}

function nameOf(urn: string): string {
  const { type, name } = resourceOf(urn);
  return name === "" ? "" : `${shortType(type)} ${name}: `;
}

function warningsIn({ diagnostics }: Plan): string[] {
  return diagnostics
    .filter(({ severity }) => severity === "warning")
    .map(({ urn, message }) => {
      const text = message.replace(/^warning:\s*/, "").replace(/\s+/g, " ");
      return `${nameOf(urn)}${text}`.trim();
    });
}

function unseen(failure: string | undefined): string[] {
  return failure === undefined ? [] : [`Changes by hand could not be looked for: ${failure}`];
}
