import { setTimeout as sleep } from "node:timers/promises";
import { redact } from "@stripe-customer-sync/provider-kit";
import type { StackEngine } from "../engine/engine-of-stack.ts";
import { CLOUD_CHANGES, findingsIn, isInCloud, PROGRAM_CHANGES } from "../plan/findings.ts";
import { type Plan, readPlan, resourceOf } from "../plan/plan.ts";
import { blindSpots } from "./blind-spots.ts";
import type { DriftReport, Unseen } from "./drift-report.ts";
import type { KnownSince } from "./known-since.ts";
import { repairCommands } from "./repair.ts";

export interface LookOptions {
  readonly knownSince: KnownSince;
  /** Before the second look, in ms. */
  readonly pauseMilliseconds?: number;
  /** Told before a second look. */
  readonly again?: (report: DriftReport) => void;
}

/** Long enough for an update to end that is under way, or for a lost answer to come. */
const PAUSE_MILLISECONDS = 3_000;

/**
 * Compares the cloud with the stack's state, and the program with that state. Changes neither.
 * Looks twice before it says that anything is wrong.
 */
export async function lookForDrift(
  engine: StackEngine,
  options: LookOptions,
): Promise<DriftReport> {
  const first = await look(engine, options.knownSince);
  if (first.outcome === "clean") return first;
  options.again?.(first);
  await sleep(options.pauseMilliseconds ?? PAUSE_MILLISECONDS);
  return look(engine, options.knownSince);
}

async function look(engine: StackEngine, knownSince: KnownSince): Promise<DriftReport> {
  const [cloud, program] = await Promise.all([
    planOf(engine, "refresh", "--preview-only", "--json"),
    planOf(engine, "preview", "--json"),
  ]);
  const lookedAt = new Date().toISOString();
  const found = findingsIn(cloud.plan, CLOUD_CHANGES);
  const drift = await knownSince(engine.stack, lookedAt, found);
  const undeployed = findingsIn(program.plan, PROGRAM_CHANGES);
  const couldNot = [
    ...blindNesses(cloud, "the cloud"),
    ...blindNesses(program, "the program against the state"),
  ];
  const isWrong = drift.length > 0 || undeployed.length > 0;
  return {
    stack: engine.stack,
    lookedAt,
    outcome: isWrong ? "drift" : couldNot.length > 0 ? "could not look" : "clean",
    drift,
    undeployed,
    coverage: { looked: lookedResources(cloud), couldNot, never: blindSpots },
    repair: repairCommands(
      engine,
      drift,
      undeployed,
      cloud.plan.steps.map(({ urn }) => urn),
    ),
  };
}

/** A plan, or why there is none. */
interface Look {
  readonly plan: Plan;
  readonly failure?: string;
}

async function planOf(engine: StackEngine, ...args: string[]): Promise<Look> {
  try {
    return { plan: readPlan(await engine.run(...args)) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { plan: { steps: [], diagnostics: [] }, failure: message };
  }
}

/** Errors, and warnings that say that something could not be compared. */
function blindNesses({ plan, failure }: Look, whole: string): Unseen[] {
  if (failure !== undefined) return [{ what: whole, why: oneLine(failure) }];
  const told = plan.diagnostics
    .filter(({ severity, message }) => severity === "error" || /could not/i.test(message))
    .filter(({ urn }) => urn !== "");
  if (told.length > 0)
    return told.map(({ urn, message }) => ({ what: nameOf(urn), why: oneLine(message) }));
  const [error] = plan.diagnostics.filter(({ severity }) => severity === "error");
  return error === undefined ? [] : [{ what: whole, why: oneLine(error.message) }];
}

function lookedResources({ plan }: Look): string[] {
  const failed = new Set(
    plan.diagnostics.filter(({ severity }) => severity === "error").map(({ urn }) => urn),
  );
  return plan.steps
    .filter(({ urn }) => !failed.has(urn) && isInCloud(urn))
    .map(({ urn }) => nameOf(urn))
    .sort();
}

function nameOf(urn: string): string {
  const { type, name } = resourceOf(urn);
  return `${type.split(":").at(-1) ?? type} ${name}`;
}

function oneLine(message: string): string {
  const text = redact(message, []).replace(/^error:\s*(?:Preview failed:\s*)?/i, "");
  return text.replace(/\s+/g, " ").trim();
}
