import { dollarQuoted, literal } from "./sql-text.ts";

/** SQL to run, of one or several statements, and what an error calls it. */
export interface Step {
  readonly name: string;
  readonly sql: string;
  /** SQLSTATEs that do not end the transaction: the step is then undone and passed over. */
  readonly passOver?: readonly string[];
}

/**
 * How long a step may wait for a lock. A statement that waits for a strong lock lets nobody pass
 * who comes after it, sign-ups included; so it gives up soon and the call is repeated. Well below
 * the second (`deadlock_timeout`) after which the server looks for two statements that wait for
 * each other, and may choose the other one to fail.
 */
const LOCK_TIMEOUT_MS = 400;

/**
 * One statement that runs all the steps or, when one fails, none. A `do` block rather than
 * `begin; …; commit;`: it holds whether the server takes several statements in a query or not,
 * leaves no connection in a failed transaction, and lets the error name the step. An error tells
 * neither the row nor the values in question, which may be personal data.
 */
export function inOneTransaction(steps: readonly Step[]): string {
  const body = `
declare
  failed_state text;
  failed_message text;
  failed_hint text;
begin
  perform set_config('lock_timeout', '${LOCK_TIMEOUT_MS}ms', true);
${steps.map(block).join("\n")}
end`;
  return `do ${dollarQuoted(body)}`;
}

function block({ name, sql, passOver = [] }: Step): string {
  const passed = passOver.map((state) => ` sqlstate ${literal(state)}`).join(" or");
  return `
  begin
    execute ${dollarQuoted(sql)};
  exception
    ${passed ? `when${passed} then null;` : ""}
    when others then
      get stacked diagnostics failed_state = returned_sqlstate, failed_message = message_text,
        failed_hint = pg_exception_hint;
      raise exception using errcode = failed_state, hint = failed_hint,
        message = ${literal(`${name}: `)} || failed_message;
  end;`;
}
