import { randomBytes } from "node:crypto";
import { UserError } from "@stripe-customer-sync/provider-kit";
import * as v from "valibot";
import { type Setting, settingCatalogue } from "../../stacks/setting-catalogue.ts";
import { fullKey, judgeSettings } from "../../stacks/setting-values.ts";
import { SettingsError } from "../../stacks/settings-error.ts";
import { examine } from "../doctor/examine.ts";
import { patientOf } from "../doctor/patient.ts";
import { findingsText } from "../doctor/report-text.ts";
import type { StackEngine } from "../engine/engine-of-stack.ts";
import type { Answers } from "./answers.ts";
import { isAsked, type QuestionGroup, questionGroups, type SettingKey } from "./questions.ts";
import { suggest } from "./suggest.ts";

/** 256 bits, as hexadecimal. */
const RANDOM_BYTES = 32;

/**
 * Asks group by group, checks each against its API, makes the secrets that nobody needs to
 * choose, and gives what is to be written: answers that are new or other than what is there.
 *
 * @param present every configured value by its full key
 * @throws UserError when answers stay wrong; SettingsError when they do not fit together
 */
export async function askEverything(
  engine: StackEngine,
  present: Readonly<Record<string, string>>,
  answers: Answers,
): Promise<ReadonlyMap<string, string>> {
  const changed = new Map<string, string>();
  const failures: string[] = [];
  const asked = new Set<string>(questionGroups.flatMap(({ questions }) => questions));
  for (const setting of catalogue) {
    const given = asked.has(setting.key) ? undefined : answers.unasked(setting);
    if (given !== undefined) changed.set(setting.key, given);
  }
  for (const group of questionGroups) {
    for (;;) {
      await askGroup(group, { engine, present, answers, changed });
      const problem = await checkGroup(group, { engine, present, answers, changed });
      if (problem === undefined) break;
      if (!answers.asksAgain) failures.push(problem);
      if (!answers.asksAgain) break;
      answers.tell("  Once more, please.");
    }
  }
  if (failures.length > 0) {
    throw new UserError(
      `${failures.length === 1 ? "One check" : `${failures.length} checks`} failed: ${failures.join(", ")}. Nothing was written.`,
    );
  }
  for (const { key, generate } of catalogue) {
    const isThere = changed.has(key) || present[fullKey(key)] !== undefined;
    if (generate === undefined || isThere) continue;
    changed.set(key, randomBytes(RANDOM_BYTES).toString("hex"));
  }
  const { problems } = judgeSettings(merged(present, changed), process.env);
  if (problems.length > 0) throw new SettingsError(engine.stack, problems);
  return changed;
}

interface Asking {
  readonly engine: StackEngine;
  readonly present: Readonly<Record<string, string>>;
  readonly answers: Answers;
  readonly changed: Map<string, string>;
}

const catalogue: readonly Setting[] = settingCatalogue;

async function askGroup({ title, questions }: QuestionGroup, asking: Asking): Promise<void> {
  const { engine, present, answers, changed } = asking;
  answers.tell(`\n${title}`);
  for (const key of questions) {
    const setting = catalogue.find((one) => one.key === key);
    const { values } = judgeSettings(merged(present, changed), process.env);
    if (setting === undefined || !isAsked(key, values)) continue;
    if (isFromEnvironment(setting, present)) {
      answers.tell(`  ${key}: taken from ${setting.variable}, and not written.`);
      continue;
    }
    const before = values[key as SettingKey];
    const suggestion = before ?? (await suggest(key, values, engine.stack));
    const answer = await validAnswer(setting, answers, suggestion, before !== undefined);
    if (answer !== undefined && answer !== before) changed.set(key, answer);
  }
}

/** Asks until the answer has the right form; a script is asked once. */
async function validAnswer(
  setting: Setting,
  answers: Answers,
  suggestion: string | undefined,
  isKept: boolean,
): Promise<string | undefined> {
  for (;;) {
    const answer = await answers.answer(setting, { suggestion, isKept });
    if (answer === undefined && !setting.required) return undefined;
    const judged = v.safeParse(setting.schema, answer ?? "");
    if (answer !== undefined && judged.success) return answer;
    const problem = answer === undefined ? "is needed" : judged.issues?.[0].message;
    if (!answers.asksAgain) return answer; // every problem is told together at the end
    answers.tell(`  ✗ ${setting.key} ${problem}.`);
  }
}

/** @returns the names of the checks that the answers did not pass */
async function checkGroup(
  { checks }: QuestionGroup,
  { engine, present, answers, changed }: Asking,
): Promise<string | undefined> {
  const judged = judgeSettings(merged(present, changed), process.env);
  const examined = await examine(checks, patientOf(engine, judged));
  if (examined.length > 0) answers.tell(findingsText(examined));
  const failed = examined.filter(({ findings }) =>
    findings.some(({ verdict }) => verdict === "wrong"),
  );
  return failed.length === 0 ? undefined : failed.map(({ check }) => check).join(", ");
}

/** A provider takes it from there; written too, it would stand in two places. */
function isFromEnvironment(
  { key, variable }: Setting,
  present: Readonly<Record<string, string>>,
): boolean {
  return (
    variable !== undefined &&
    (process.env[variable] ?? "") !== "" &&
    present[fullKey(key)] === undefined
  );
}

function merged(
  present: Readonly<Record<string, string>>,
  changed: ReadonlyMap<string, string>,
): Record<string, string> {
  const changes = [...changed].map(([key, value]) => [fullKey(key), value] as const);
  return { ...present, ...Object.fromEntries(changes) };
}
