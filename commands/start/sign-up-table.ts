import Table from "cli-table3";
import type { SignUp } from "./sign-up.ts";

/** Organization, customer id and time from sign-up to link, one row a sign-up. */
export function signUpTable(signUps: readonly SignUp[]): string {
  const table = new Table({
    head: ["organization", "Stripe customer", "linked after"],
    colAligns: ["left", "left", "right"],
    style: { head: [], border: [] },
  });
  for (const { organization, customerId, linkedAfterMs } of signUps) {
    table.push([
      organization,
      customerId ?? "not linked",
      linkedAfterMs === undefined ? "–" : `${Math.round(linkedAfterMs)} ms`,
    ]);
  }
  return table.toString();
}
