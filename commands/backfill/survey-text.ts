import Table from "cli-table3";
import type { Match, Survey } from "./survey.ts";

const MOST_ROWS = 50;

/** What `--dry-run` says: numbers, and the ids of what is not just created. */
export function surveyText(stack: string, survey: Survey): string {
  const { create, adopt, taken, dead, underWay, linked } = survey;
  const table = new Table({ style: { head: [], border: [] } });
  table.push(
    ["would be created", create.length, "no customer in Stripe has their id"],
    ["would be adopted", adopt.length, "a customer in Stripe has their id in its metadata"],
    ["left alone", linked, "linked already"],
  );
  if (underWay > 0) table.push(["left alone", underWay, "under way, from a sign-up"]);
  if (dead.length > 0) table.push(["left alone", dead.length, "dead: see npm run requeue"]);
  if (taken.length > 0) {
    table.push(["cannot be linked", taken.length, "their customer is another organization's"]);
  }
  const lists = [...matches("Would be adopted", adopt), ...matches("Cannot be linked", taken)];
  return `Stack ${stack}: nothing was changed.\n${table.toString()}\n${lists.join("")}`;
}

function matches(title: string, found: readonly Match[]): string[] {
  if (found.length === 0) return [];
  const lines = found
    .slice(0, MOST_ROWS)
    .map(({ organization, customer }) => `  ${organization} ${customer}\n`);
  const left = found.length - MOST_ROWS;
  return [`${title}:\n`, ...lines, ...(left > 0 ? [`  … and ${left} more\n`] : [])];
}
